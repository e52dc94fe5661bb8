// The open incidents of an instance, each with its error and the ways to resolve it.
import { Anchor, Badge, Button, Group, Paper, Spoiler, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useResolveIncident } from '../api/queries';
import type { Incident, Instance, Resolution } from '../api/types';
import { Ago } from '../components/Ago';
import { IconAlert, IconRetry, IconSkip } from '../components/icons';
import { ProblemAlert } from '../components/ProblemAlert';
import { messages } from '../messages';
import classes from './IncidentList.module.css';
import { JsonDialog } from './JsonDialog';
import { readRetry, readSkip } from './resolution';

const words = messages.incidents;

interface IncidentListProps {
  instance: Instance;
  nameOf: (elementId: string) => string;
  onSelect: (elementId: string) => void;
}

interface IncidentProps extends IncidentListProps {
  incident: Incident;
}

function Description({ incident, nameOf, onSelect }: IncidentProps) {
  return (
    <Stack gap={4} className={classes.description}>
      <Group gap="xs">
        <Anchor component="button" type="button" fw={600} c="inherit" onClick={() => onSelect(incident.elementId)}>
          {nameOf(incident.elementId)}
        </Anchor>
        <Badge color="orange" variant="white">{incident.error}</Badge>
        <Text size="xs" c="dimmed">
          <Ago at={incident.since} />
        </Text>
      </Group>
      {incident.cause && (
        <Spoiler fz="sm" maxHeight={60} showLabel={messages.more} hideLabel={messages.less}>
          <Text size="sm" className={classes.cause}>
            {incident.cause}
          </Text>
        </Spoiler>
      )}
    </Stack>
  );
}

function IncidentRow(props: IncidentProps) {
  const { instance, incident, nameOf } = props;
  const resolve = useResolveIncident(instance.id, incident.id);
  const [editing, edit] = useDisclosure(false);
  const [skipping, skip] = useDisclosure(false);
  const name = nameOf(incident.elementId);

  const send = (resolution: Resolution) =>
    resolve.mutate(resolution, {
      onSuccess: () => {
        edit.close();
        skip.close();
        notifications.show({ message: resolution.action === 'retry' ? words.retried : words.skipped });
      },
    });

  return (
    <Paper className={classes.incident} component="li">
      <span className={classes.icon}>
        <IconAlert />
      </span>
      <Description {...props} />
      <Group gap="xs">
        <Button size="xs" leftSection={<IconRetry size={14} />} loading={resolve.isPending} onClick={() => send({ action: 'retry' })}>
          {words.retry}
        </Button>
        <Button size="xs" variant="default" onClick={edit.open}>
          {words.editAndRetry}
        </Button>
        <Button size="xs" variant="default" leftSection={<IconSkip size={14} />} onClick={skip.open}>
          {words.skip}
        </Button>
      </Group>
      {resolve.error && <ProblemAlert error={resolve.error} />}
      <JsonDialog
        opened={editing}
        onClose={edit.close}
        title={words.editTitle(name)}
        lead={words.editLead}
        label={words.variables}
        initial={JSON.stringify(instance.variables, null, 2)}
        submit={words.retry}
        read={(text) => readRetry(text, instance.variables)}
        onSubmit={send}
      />
      <JsonDialog
        opened={skipping}
        onClose={skip.close}
        title={words.skipTitle(name)}
        lead={words.skipLead}
        label={words.output}
        initial=""
        submit={words.skip}
        read={readSkip}
        onSubmit={send}
      />
    </Paper>
  );
}

export function IncidentList(props: IncidentListProps) {
  if (props.instance.incidents.length === 0) return null;
  return (
    <Stack component="ul" gap="xs" className={classes.list} aria-label={words.title}>
      {props.instance.incidents.map((incident) => (
        <IncidentRow key={incident.id} {...props} incident={incident} />
      ))}
    </Stack>
  );
}
