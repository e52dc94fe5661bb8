// One instance: its path on the diagram, and beside it what happened, what it waits for, what it knows.
import { Skeleton, Stack } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useBpmn, useHistory, useInstance } from '../api/queries';
import type { History, Instance } from '../api/types';
import { ProblemAlert } from '../components/ProblemAlert';
import { usePageTitle } from '../components/usePageTitle';
import { Diagram } from '../diagram/Diagram';
import { historyMarks } from '../diagram/marks';
import { elementName, NO_ELEMENTS } from '../diagram/naming';
import { messages } from '../messages';
import { IncidentList } from './IncidentList';
import { InstanceHeading } from './InstanceHeading';
import classes from './InstancePage.module.css';
import { InstanceTabs } from './InstanceTabs';
import { Legend } from './Legend';

const NO_HISTORY: History = { items: [], flows: [] };

interface LoadedProps {
  instance: Instance;
  failing: boolean;
}

function LoadedInstance({ instance, failing }: LoadedProps) {
  usePageTitle(instance.businessKey || instance.id);
  const [selected, setSelected] = useState<string | null>(null);
  const [elements, setElements] = useState(NO_ELEMENTS);
  const bpmn = useBpmn(instance.processId, instance.version);
  const history = useHistory(instance.id, instance.status);
  const { items, flows } = history.data ?? NO_HISTORY;
  const marks = useMemo(
    () => historyMarks(items, flows, instance.incidents),
    [items, flows, instance.incidents],
  );
  const problem = bpmn.error ?? (history.data ? null : history.error);
  const nameOf = (id: string) => elementName(elements, id);
  return (
    <Stack gap="lg" className={classes.page}>
      <InstanceHeading instance={instance} failing={failing} />
      {problem && <ProblemAlert error={problem} onRetry={() => Promise.all([bpmn.refetch(), history.refetch()])} />}
      <IncidentList instance={instance} nameOf={nameOf} onSelect={setSelected} />
      <div className={classes.columns}>
        <div className={classes.diagram}>
          {bpmn.data ? (
            <Diagram
              xml={bpmn.data}
              label={messages.processes.diagram(instance.processId)}
              marks={marks}
              selectedId={selected}
              onSelect={setSelected}
              onElements={setElements}
            />
          ) : (
            <Skeleton height="100%" radius="lg" />
          )}
          <Legend />
        </div>
        <InstanceTabs instance={instance} history={items} nameOf={nameOf} selected={selected} onSelect={setSelected} />
      </div>
    </Stack>
  );
}

export function InstancePage({ id }: { id: string }) {
  const instance = useInstance(id);
  if (instance.data) return <LoadedInstance instance={instance.data} failing={instance.failureCount > 0} />;
  if (instance.error) return <ProblemAlert error={instance.error} onRetry={() => instance.refetch()} />;
  return (
    <Stack>
      <Skeleton height={56} width="40%" radius="lg" />
      <Skeleton height={420} radius="lg" />
    </Stack>
  );
}
