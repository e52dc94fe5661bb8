// What came of the file that was dropped: the compile report, or its diagnostics on the diagram.
import { Alert, Button, Card, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { DeployedProcess } from '../api/types';
import { BackLink } from '../components/BackLink';
import { EmptyState } from '../components/EmptyState';
import { IconAlert, IconCheck } from '../components/icons';
import { ProblemAlert } from '../components/ProblemAlert';
import { usePageTitle } from '../components/usePageTitle';
import { Diagram } from '../diagram/Diagram';
import { diagnosticMarks } from '../diagram/marks';
import { type Elements, elementName, NO_ELEMENTS } from '../diagram/naming';
import { messages } from '../messages';
import { ReportFigures } from '../processes/ReportFigures';
import { hrefs, navigate } from '../routes';
import { DeployButton } from './DeployButton';
import classes from './DeployPage.module.css';
import { useDeployment } from './DeploymentProvider';
import { DiagnosticList } from './DiagnosticList';
import type { Deployed, Outcome, Refused } from './outcome';

const words = messages.deploy;

function ProcessResult({ process, elements }: { process: DeployedProcess; elements: Elements }) {
  return (
    <Card>
      <Group justify="space-between" mb="md">
        <Title order={2} size="h4">
          {process.id}{' '}
          <Text span c="dimmed" fw={400}>
            {messages.processes.version(process.version)}
          </Text>
        </Title>
        <Button variant="default" size="xs" onClick={() => navigate(hrefs.process(process.id))}>
          {words.open}
        </Button>
      </Group>
      {process.report && <ReportFigures report={process.report} nameOf={(id) => elementName(elements, id)} />}
    </Card>
  );
}

function DeployedView({ outcome }: { outcome: Deployed }) {
  const { processes, diagnostics } = outcome.deployment;
  const [elements, setElements] = useState(NO_ELEMENTS);
  const [selected, setSelected] = useState<string | null>(null);
  const marks = useMemo(() => diagnosticMarks(diagnostics), [diagnostics]);
  return (
    <Stack gap="lg">
      <Alert color="teal" variant="light" icon={<IconCheck />} title={words.done} role="status">
        {words.doneLead(outcome.fileName)}
      </Alert>
      {processes.map((process) => (
        <ProcessResult key={process.id} process={process} elements={elements} />
      ))}
      {diagnostics.length > 0 && (
        <Card p={0}>
          <DiagnosticList diagnostics={diagnostics} selected={selected} onSelect={setSelected} />
        </Card>
      )}
      <div className={classes.diagram}>
        <Diagram
          xml={outcome.xml}
          label={messages.processes.diagram(outcome.fileName)}
          marks={marks}
          selectedId={selected}
          onSelect={setSelected}
          onElements={setElements}
        />
      </div>
    </Stack>
  );
}

function RefusedView({ outcome }: { outcome: Refused }) {
  const { diagnostics, fileName, xml } = outcome;
  const [selected, setSelected] = useState<string | null>(null);
  const marks = useMemo(() => diagnosticMarks(diagnostics), [diagnostics]);
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  return (
    <Stack gap="lg">
      <Alert color="red" variant="light" icon={<IconAlert />} title={words.refused}>
        {words.refusedLead(fileName, errors)}
      </Alert>
      <div className={classes.columns}>
        <div className={classes.diagram}>
          <Diagram
            xml={xml}
            label={messages.processes.diagram(fileName)}
            marks={marks}
            selectedId={selected}
            onSelect={setSelected}
          />
        </div>
        <Card p={0}>
          <DiagnosticList diagnostics={diagnostics} selected={selected} onSelect={setSelected} />
        </Card>
      </div>
    </Stack>
  );
}

function OutcomeView({ outcome }: { outcome: Outcome }) {
  switch (outcome.kind) {
    case 'compiling':
      return (
        <Group justify="center" py={80} role="status">
          <Loader size="sm" />
          <Text>{words.compiling(outcome.fileName)}</Text>
        </Group>
      );
    case 'deployed':
      return <DeployedView outcome={outcome} />;
    case 'refused':
      return <RefusedView outcome={outcome} />;
    case 'failed':
      return <ProblemAlert error={outcome.error} />;
  }
}

export function DeployPage() {
  const { outcome } = useDeployment();
  usePageTitle(outcome?.fileName ?? words.action);
  return (
    <Stack gap="lg">
      <Stack gap={6}>
        <BackLink />
        <Title order={1} size="h2">
          {outcome?.fileName ?? words.action}
        </Title>
      </Stack>
      {outcome ? (
        <OutcomeView key={outcome.kind} outcome={outcome} />
      ) : (
        <EmptyState title={words.nothing} hint={words.nothingLead}>
          <DeployButton label={words.choose} />
        </EmptyState>
      )}
    </Stack>
  );
}
