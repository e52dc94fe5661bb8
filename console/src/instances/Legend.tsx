// What the colours on the diagram mean.
import { Group, Text } from '@mantine/core';
import { type MarkState, StateDot } from '../components/StatusBadge';
import { messages } from '../messages';

const STATES: MarkState[] = ['completed', 'active', 'incident', 'failed', 'cancelled'];

export function Legend() {
  return (
    <Group gap="md" role="group" aria-label={messages.diagram.legend}>
      {STATES.map((state) => (
        <Group key={state} gap={6} wrap="nowrap">
          <StateDot state={state} />
          <Text size="xs" c="dimmed" aria-hidden="true">
            {messages.states[state]}
          </Text>
        </Group>
      ))}
    </Group>
  );
}
