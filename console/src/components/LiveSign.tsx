// Tells whether what is shown is being kept fresh.
import { Group, Text } from '@mantine/core';
import { messages } from '../messages';
import classes from './LiveSign.module.css';

export function LiveSign({ failing }: { failing: boolean }) {
  return (
    <Group gap={6} role="status" wrap="nowrap">
      <span className={classes.sign} data-failing={failing || undefined} />
      <Text size="xs" c="dimmed">
        {failing ? messages.reconnecting : messages.live}
      </Text>
    </Group>
  );
}
