// The instances that match a filter, newest first, page by page.
import { Anchor, Button, Center, Loader, Text } from '@mantine/core';
import { useMemo } from 'react';
import type { InstanceFilter } from '../api/client';
import { useInstances } from '../api/queries';
import type { InstanceSummary } from '../api/types';
import { Ago } from '../components/Ago';
import { type Column, DataTable } from '../components/DataTable';
import { EmptyState } from '../components/EmptyState';
import { ProblemAlert } from '../components/ProblemAlert';
import { StatusBadge } from '../components/StatusBadge';
import { shortId } from '../format';
import { messages } from '../messages';
import { hrefs, navigate } from '../routes';
import { Elapsed } from './Elapsed';

const words = messages.instances;
const WIDE_ONLY = ['process', 'duration', 'id'];

type ProcessNames = ReadonlyMap<string, string>;

function columnsFor(names: ProcessNames): Column<InstanceSummary>[] {
  return [
    {
      id: 'businessKey',
      header: words.businessKey,
      cell: ({ row: { original } }) => (
        <Anchor href={hrefs.instance(original.id)} fw={560} c="inherit" size="sm">
          {original.businessKey || shortId(original.id)}
        </Anchor>
      ),
    },
    {
      id: 'status',
      header: words.status,
      cell: ({ row: { original } }) => <StatusBadge status={original.status} />,
    },
    {
      id: 'process',
      header: words.process,
      cell: ({ row: { original } }) => (
        <>
          {names.get(original.processId) ?? original.processId}{' '}
          <Text span c="dimmed" size="xs">
            {messages.processes.version(original.version)}
          </Text>
        </>
      ),
    },
    { id: 'started', header: words.started, cell: ({ row: { original } }) => <Ago at={original.startedAt} /> },
    { id: 'duration', header: words.duration, cell: ({ row: { original } }) => <Elapsed of={original} /> },
    {
      id: 'id',
      header: words.id,
      cell: ({ row: { original } }) => (
        <Text span ff="monospace" size="xs" c="dimmed" title={original.id}>
          {shortId(original.id)}
        </Text>
      ),
    },
  ];
}

function NoInstances({ filter, clearHref }: { filter: InstanceFilter; clearHref: string }) {
  if (!filter.status) return <EmptyState title={words.empty} hint={words.emptyHint} />;
  return (
    <EmptyState title={words.emptyFiltered}>
      <Button variant="subtle" size="xs" onClick={() => navigate(clearHref)}>
        {words.clearFilter}
      </Button>
    </EmptyState>
  );
}

interface InstanceTableProps {
  filter: InstanceFilter;
  names: ProcessNames;
  clearHref: string;
}

export function InstanceTable({ filter, names, clearHref }: InstanceTableProps) {
  const instances = useInstances(filter);
  const columns = useMemo(() => columnsFor(names), [names]);
  const rows = useMemo(() => instances.data?.pages.flatMap(({ items }) => items) ?? [], [instances.data]);
  if (instances.error && !instances.data) {
    return <ProblemAlert error={instances.error} onRetry={() => instances.refetch()} />;
  }
  if (instances.isPending) {
    return (
      <Center py={48}>
        <Loader size="sm" />
      </Center>
    );
  }
  if (rows.length === 0) return <NoInstances filter={filter} clearHref={clearHref} />;
  return (
    <>
      <DataTable
        label={words.title}
        columns={columns}
        rows={rows}
        rowId={({ id }) => id}
        rowHref={({ id }) => hrefs.instance(id)}
        wideOnly={WIDE_ONLY}
      />
      {instances.hasNextPage && (
        <Center p="md">
          <Button variant="default" size="xs" loading={instances.isFetchingNextPage} onClick={() => instances.fetchNextPage()}>
            {words.more}
          </Button>
        </Center>
      )}
    </>
  );
}
