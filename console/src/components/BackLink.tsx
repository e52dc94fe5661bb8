// The way back to the overview.
import { Anchor, Group } from '@mantine/core';
import { messages } from '../messages';
import { hrefs } from '../routes';
import { IconBack } from './icons';

export function BackLink() {
  return (
    <Anchor href={hrefs.home()} size="sm" c="dimmed">
      <Group gap={6} component="span" display="inline-flex">
        <IconBack size={15} />
        {messages.back}
      </Group>
    </Anchor>
  );
}
