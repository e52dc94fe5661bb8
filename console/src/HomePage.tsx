// The overview: what is deployed, and what is running.
import { Card, Group, Select, Title } from '@mantine/core';
import { useMemo } from 'react';
import type { InstanceFilter } from './api/client';
import { useProcesses } from './api/queries';
import type { Process } from './api/types';
import { LiveSign } from './components/LiveSign';
import { usePageTitle } from './components/usePageTitle';
import classes from './HomePage.module.css';
import { InstanceTable } from './instances/InstanceTable';
import { StatusFilter } from './instances/StatusFilter';
import { messages } from './messages';
import { ProcessList } from './processes/ProcessList';
import { hrefs, navigate } from './routes';

function namesOf(processes: Process[]): ReadonlyMap<string, string> {
  return new Map(processes.map(({ id, name }) => [id, name || id]));
}

interface FiltersProps {
  filter: InstanceFilter;
  names: ReadonlyMap<string, string>;
}

function Filters({ filter, names }: FiltersProps) {
  const change = (part: InstanceFilter) => navigate(hrefs.home({ ...filter, ...part }));
  return (
    <Group gap="xs">
      <Select
        aria-label={messages.instances.process}
        placeholder={messages.instances.allProcesses}
        data={[...names].map(([value, label]) => ({ value, label }))}
        value={filter.processId ?? null}
        onChange={(processId) => change({ processId: processId ?? undefined })}
        clearable
        searchable
        size="sm"
        w={190}
      />
      <StatusFilter value={filter.status} onChange={(status) => change({ status })} />
    </Group>
  );
}

export function HomePage({ filter }: { filter: InstanceFilter }) {
  usePageTitle(messages.area);
  const processes = useProcesses();
  const names = useMemo(() => namesOf(processes.data ?? []), [processes.data]);
  return (
    <div className={classes.columns}>
      <section aria-labelledby="processes-title">
        <Group className={classes.heading}>
          <Title order={1} size="h3" id="processes-title">
            {messages.processes.title}
          </Title>
          <LiveSign failing={processes.failureCount > 0} />
        </Group>
        <ProcessList processes={processes} />
      </section>
      <section aria-labelledby="instances-title">
        <Group className={classes.heading}>
          <Title order={2} size="h3" id="instances-title">
            {messages.instances.title}
          </Title>
          <Filters filter={filter} names={names} />
        </Group>
        <Card p={0}>
          <InstanceTable filter={filter} names={names} clearHref={hrefs.home()} />
        </Card>
      </section>
    </div>
  );
}
