// Logs in to the local platform as one of its demo users.
import { Button, Card, Center, Group, Loader, Stack, Text, TextInput, Title, UnstyledButton } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { logIn } from '../api/client';
import { useDemoUsers } from '../api/queries';
import type { DemoUser } from '../api/types';
import { IconChevron } from '../components/icons';
import { Mark } from '../components/Mark';
import { ProblemAlert } from '../components/ProblemAlert';
import { usePageTitle } from '../components/usePageTitle';
import { messages } from '../messages';
import classes from './LoginPage.module.css';

const words = messages.login;

interface ChoiceProps {
  busy: boolean;
  onChoose: (user: string) => void;
}

function DemoUsers({ users, busy, onChoose }: ChoiceProps & { users: DemoUser[] }) {
  return (
    <Stack component="ul" gap="xs" className={classes.list}>
      {users.map(({ user, name, groups }) => (
        <li key={user}>
          <UnstyledButton className={classes.user} disabled={busy} onClick={() => onChoose(user)}>
            <span>
              <Text fw={560} size="sm">
                {name}
              </Text>
              <Text size="xs" c="dimmed">
                {[user, ...groups.filter((group) => group !== user)].join(' · ')}
              </Text>
            </span>
            <IconChevron size={16} />
          </UnstyledButton>
        </li>
      ))}
    </Stack>
  );
}

function UserName({ busy, onChoose }: ChoiceProps) {
  const [user, setUser] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (user.trim()) onChoose(user.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={words.user}
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
          autoComplete="username"
        />
        <Button type="submit" loading={busy} disabled={!user.trim()}>
          {words.submit}
        </Button>
      </Stack>
    </form>
  );
}

function Choice(props: ChoiceProps) {
  const users = useDemoUsers();
  if (users.error) return <ProblemAlert error={users.error} onRetry={() => users.refetch()} />;
  if (users.isPending) return <Loader size="sm" />;
  return users.data ? <DemoUsers users={users.data} {...props} /> : <UserName {...props} />;
}

export function LoginPage() {
  usePageTitle(words.title);
  const login = useMutation({ mutationFn: logIn });
  return (
    <Center component="main" mih="100vh" p="md">
      <Card w="100%" maw={400} p="xl">
        <Group gap="sm" mb="lg">
          <Mark size={36} />
          <Text fw={620}>{messages.product}</Text>
        </Group>
        <Title order={1} size="h3">
          {words.title}
        </Title>
        <Text size="sm" c="dimmed" mb="lg">
          {words.lead}
        </Text>
        <Stack>
          <Choice busy={login.isPending} onChoose={(user) => login.mutate(user)} />
          {login.error && <ProblemAlert error={login.error} />}
        </Stack>
      </Card>
    </Center>
  );
}
