// One process: its diagram, what it costs to run, and its instances.
import { Card, Group, Select, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { InstanceFilter } from '../api/client';
import { useBpmn, useProcesses, useReport } from '../api/queries';
import type { Process } from '../api/types';
import { Ago } from '../components/Ago';
import { BackLink } from '../components/BackLink';
import { ProblemAlert } from '../components/ProblemAlert';
import { usePageTitle } from '../components/usePageTitle';
import { Diagram } from '../diagram/Diagram';
import { NO_MARKS } from '../diagram/marks';
import { type Elements, elementName, NO_ELEMENTS } from '../diagram/naming';
import { InstanceTable } from '../instances/InstanceTable';
import { StatusFilter } from '../instances/StatusFilter';
import { messages } from '../messages';
import { hrefs, navigate } from '../routes';
import { Counts } from './ProcessList';
import classes from './ProcessPage.module.css';
import { ReportFigures } from './ReportFigures';
import { StartButton } from './StartButton';

const words = messages.processes;

/** Newest first; versions count from 1 where the platform does not list them. */
function versionsOf({ version, versions }: Process): number[] {
  return versions?.toSorted((a, b) => b - a) ?? Array.from({ length: version }, (_, index) => version - index);
}

function VersionSelect({ process, shown }: { process: Process; shown: number }) {
  const { id, version: latest } = process;
  return (
    <Select
      aria-label={words.versionLabel}
      data={versionsOf(process).map((version) => ({
        value: String(version),
        label: version === latest ? words.latest(version) : words.older(version),
      }))}
      value={String(shown)}
      onChange={(version) => navigate(hrefs.process(id, { version: Number(version ?? latest) }))}
      allowDeselect={false}
      size="sm"
      w={180}
    />
  );
}

function Heading({ id, process, shown }: { id: string; process?: Process; shown?: number }) {
  return (
    <Group justify="space-between" align="flex-end">
      <Stack gap={6}>
        <BackLink />
        <Title order={1} size="h2">
          {process?.name || id}
        </Title>
        <Group gap="md">
          <Text size="sm" c="dimmed" ff="monospace">
            {id}
          </Text>
          {process?.deployedAt && (
            <Text size="sm" c="dimmed">
              {words.deployed} <Ago at={process.deployedAt} />
            </Text>
          )}
          {process?.counts && <Counts counts={process.counts} />}
        </Group>
      </Stack>
      {process && shown !== undefined && (
        <Group gap="sm">
          <VersionSelect process={process} shown={shown} />
          <StartButton processId={id} version={shown} />
        </Group>
      )}
    </Group>
  );
}

interface DiagramAreaProps {
  id: string;
  name: string;
  version?: number;
  onElements: (elements: Elements) => void;
}

function ProcessDiagramArea({ id, name, version, onElements }: DiagramAreaProps) {
  const bpmn = useBpmn(id, version);
  if (bpmn.error) return <ProblemAlert error={bpmn.error} onRetry={() => bpmn.refetch()} />;
  return (
    <div className={classes.diagram}>
      {bpmn.data ? (
        <Diagram xml={bpmn.data} label={words.diagram(name)} marks={NO_MARKS} onElements={onElements} />
      ) : (
        <Skeleton height="100%" radius="lg" />
      )}
    </div>
  );
}

function ReportCard({ id, version, elements }: { id: string; version?: number; elements: Elements }) {
  const report = useReport(id, version);
  if (!report.data) return null;
  return (
    <Card component="section" aria-labelledby="report-title">
      <Title order={2} size="h4" id="report-title">
        {words.report}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {words.reportLead}
      </Text>
      <ReportFigures report={report.data} nameOf={(elementId) => elementName(elements, elementId)} />
    </Card>
  );
}

interface ProcessPageProps {
  id: string;
  version?: number;
  filter: InstanceFilter;
}

export function ProcessPage({ id, version, filter }: ProcessPageProps) {
  const processes = useProcesses();
  const process = processes.data?.find((candidate) => candidate.id === id);
  const shown = version ?? process?.version;
  const name = process?.name || id;
  usePageTitle(name);
  const [elements, setElements] = useState(NO_ELEMENTS);
  const names = useMemo(() => new Map([[id, name]]), [id, name]);
  return (
    <Stack gap="lg">
      <Heading id={id} process={process} shown={shown} />
      {processes.isPending ? (
        <Skeleton className={classes.diagram} radius="lg" />
      ) : (
        <ProcessDiagramArea id={id} name={name} version={shown} onElements={setElements} />
      )}
      <ReportCard id={id} version={shown} elements={elements} />
      <section aria-labelledby="instances-title">
        <Group justify="space-between" mb="md">
          <Title order={2} size="h4" id="instances-title">
            {messages.instances.title}
          </Title>
          <StatusFilter
            value={filter.status}
            onChange={(status) => navigate(hrefs.process(id, { version, status }))}
          />
        </Group>
        <Card p={0}>
          <InstanceTable filter={filter} names={names} clearHref={hrefs.process(id, { version })} />
        </Card>
      </section>
    </Stack>
  );
}
