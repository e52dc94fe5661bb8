// The deployed processes as cards, each a link to its page.
import { Badge, Group, Skeleton, Stack, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { Process } from '../api/types';
import { EmptyState } from '../components/EmptyState';
import { IconChevron } from '../components/icons';
import { ProblemAlert } from '../components/ProblemAlert';
import { formatCount } from '../format';
import { messages } from '../messages';
import { hrefs } from '../routes';
import classes from './ProcessList.module.css';

const words = messages.processes;

export function Counts({ counts }: { counts: NonNullable<Process['counts']> }) {
  const { active = 0, incident = 0, completed = 0 } = counts;
  return (
    <Group gap={6}>
      {incident > 0 && <Badge color="orange">{words.incidents(incident)}</Badge>}
      <Badge color={active > 0 ? 'petrol' : 'gray'}>{words.running(formatCount(active))}</Badge>
      <Badge color="gray">{words.completed(formatCount(completed))}</Badge>
    </Group>
  );
}

function ProcessCard({ process }: { process: Process }) {
  return (
    <a className={classes.card} href={hrefs.process(process.id)}>
      <div className={classes.words}>
        <Text fw={600} lh={1.3}>
          {process.name || process.id}
        </Text>
        <Text size="xs" c="dimmed">
          <span className={classes.id}>{process.id}</span> · {words.version(process.version)}
        </Text>
        {process.counts && <Counts counts={process.counts} />}
      </div>
      <IconChevron size={16} />
    </a>
  );
}

export function ProcessList({ processes }: { processes: UseQueryResult<Process[]> }) {
  if (processes.error && !processes.data) {
    return <ProblemAlert error={processes.error} onRetry={() => processes.refetch()} />;
  }
  if (!processes.data) return <Skeleton height={96} radius="lg" />;
  if (processes.data.length === 0) {
    return (
      <div className={classes.nothing}>
        <EmptyState title={words.empty} hint={words.emptyHint} />
      </div>
    );
  }
  return (
    <Stack component="ul" gap="sm" className={classes.list}>
      {processes.data.map((process) => (
        <li key={process.id}>
          <ProcessCard process={process} />
        </li>
      ))}
    </Stack>
  );
}
