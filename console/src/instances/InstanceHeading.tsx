// Which instance this is, how it stands, and the way to cancel it.
import { ActionIcon, Anchor, Button, CopyButton, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { isRunning, useCancelInstance, useProcesses } from '../api/queries';
import type { Instance } from '../api/types';
import { Ago } from '../components/Ago';
import { BackLink } from '../components/BackLink';
import { Dialog } from '../components/Dialog';
import { IconCheck, IconCopy } from '../components/icons';
import { LiveSign } from '../components/LiveSign';
import { ProblemAlert } from '../components/ProblemAlert';
import { StatusBadge } from '../components/StatusBadge';
import { messages } from '../messages';
import { hrefs } from '../routes';
import { Elapsed } from './Elapsed';

const words = messages.instances;

function CancelDialog({ id, opened, onClose }: { id: string; opened: boolean; onClose: () => void }) {
  const cancel = useCancelInstance(id);
  const confirm = () =>
    cancel.mutate(undefined, {
      onSuccess: () => {
        notifications.show({ message: words.cancelled });
        onClose();
      },
    });
  return (
    <Dialog opened={opened} onClose={onClose} title={words.cancelTitle}>
      <Stack>
        <Text size="sm">{words.cancelLead}</Text>
        {cancel.error && <ProblemAlert error={cancel.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {words.keep}
          </Button>
          <Button color="red" loading={cancel.isPending} onClick={confirm}>
            {words.cancel}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function CopyId({ id }: { id: string }) {
  return (
    <Group gap={4} wrap="nowrap">
      <Text size="xs" c="dimmed" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
        {id}
      </Text>
      <CopyButton value={id}>
        {({ copied, copy }) => (
          <ActionIcon variant="subtle" color="gray" size="sm" onClick={copy} aria-label={copied ? words.copied : words.copyId}>
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        )}
      </CopyButton>
    </Group>
  );
}

function Facts({ instance }: { instance: Instance }) {
  const processes = useProcesses();
  const name = processes.data?.find(({ id }) => id === instance.processId)?.name || instance.processId;
  return (
    <Group gap="4px 16px">
      <Anchor size="sm" href={hrefs.process(instance.processId, { version: instance.version })}>
        {name} {messages.processes.version(instance.version)}
      </Anchor>
      <Text size="sm" c="dimmed">
        {words.started} <Ago at={instance.startedAt} /> · <Elapsed of={instance} />
      </Text>
      {instance.parentId && (
        <Anchor size="sm" href={hrefs.instance(instance.parentId)}>
          {words.parent} {instance.parentId}
        </Anchor>
      )}
      <CopyId id={instance.id} />
    </Group>
  );
}

export function InstanceHeading({ instance, failing }: { instance: Instance; failing: boolean }) {
  const [opened, dialog] = useDisclosure(false);
  const running = isRunning(instance.status);
  return (
    <Stack gap={6}>
      <BackLink />
      <Group justify="space-between">
        <Group gap="sm">
          <Title order={1} size="h2">
            {instance.businessKey || instance.id}
          </Title>
          <StatusBadge status={instance.status} />
        </Group>
        {running && (
          <Group gap="md">
            <LiveSign failing={failing} />
            <Button variant="default" size="sm" onClick={dialog.open}>
              {words.cancel}
            </Button>
          </Group>
        )}
      </Group>
      <Facts instance={instance} />
      <CancelDialog id={instance.id} opened={opened} onClose={dialog.close} />
    </Stack>
  );
}
