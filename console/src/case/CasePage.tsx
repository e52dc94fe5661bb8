// The page behind a case link, for whoever has no account: how far the case is, what is to be done, its documents.
import { Alert, Badge, Button, Card, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { caseApi } from '../api/caseApi';
import { Problem } from '../api/http';
import { isRunning } from '../api/queries';
import type { Instance, TaskSummary } from '../api/types';
import { usePageTitle } from '../components/usePageTitle';
import { CaseContext, useCase } from './CaseContext';
import classes from './CasePage.module.css';
import { CaseProblem } from './CaseProblem';
import { DocumentList } from './DocumentList';
import { LinkEnded } from './LinkEnded';
import { readLink } from './link';
import { useInstance, useProductName, useRefreshCase, useTasks } from './queries';
import { TaskForm } from './TaskForm';
import { type CaseWords, languageOf, wordsIn } from './words';

type State = keyof CaseWords['states'];

const COLORS: Record<State, string> = {
  todo: 'petrol',
  active: 'gray',
  completed: 'teal',
  cancelled: 'gray',
  failed: 'red',
};

/** An incident is the company's to solve: for the applicant the case goes on. */
function stateOf({ status }: Instance, tasks: TaskSummary[]): State {
  if (!isRunning(status)) return status as State;
  return tasks.length > 0 ? 'todo' : 'active';
}

function Heading({ instance, state }: { instance: Instance; state: State }) {
  const { words } = useCase();
  const name = useProductName(instance.processId) ?? instance.processName;
  usePageTitle(name);
  return (
    <header>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="md">
        <Title order={1} size="h2">
          {name}
        </Title>
        <Badge color={COLORS[state]} size="lg">
          {words.states[state]}
        </Badge>
      </Group>
      {instance.businessKey && (
        <Text size="sm" c="dimmed">
          {words.reference(instance.businessKey)}
        </Text>
      )}
      <Text mt="sm" role="status">
        {words.leads[state]}
      </Text>
    </header>
  );
}

/** Which of several tasks to work; one alone is open already. */
function TaskChoice({ tasks, onChoose }: { tasks: TaskSummary[]; onChoose: (id: string) => void }) {
  const { words } = useCase();
  return (
    <Card component="nav" aria-label={words.tasks}>
      <Group gap="sm">
        {tasks.map(({ id, name }) => (
          <Button key={id} variant="default" onClick={() => onChoose(id)}>
            {words.openTask(name)}
          </Button>
        ))}
      </Group>
    </Card>
  );
}

/** Says that something was sent (or was gone), where the eye and the screen reader are. */
function Notice({ words, color }: { words: string; color: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), []);
  return (
    <Alert ref={place} tabIndex={-1} color={color} className={classes.sent}>
      {words}
    </Alert>
  );
}

function Work({ tasks }: { tasks: TaskSummary[] }) {
  const { words } = useCase();
  const refresh = useRefreshCase();
  const [chosen, setChosen] = useState<string>();
  const [notice, setNotice] = useState<{ words: string; color: string }>();
  const [done, setDone] = useState<readonly string[]>([]);
  const open = tasks.filter(({ id }) => !done.includes(id));
  const current = open.find(({ id }) => id === chosen) ?? open[0];
  const close = (id: string, said: { words: string; color: string }) => {
    setDone((before) => [...before, id]);
    setNotice(said);
    void refresh();
  };
  const others = open.filter((task) => task !== current);
  return (
    <>
      {notice && <Notice key={done.length} {...notice} />}
      {current && (
        <Card component="section" aria-label={current.name} p={{ base: 'md', xs: 'xl' }}>
          <TaskForm
            key={current.id}
            id={current.id}
            onSent={() => close(current.id, { words: words.sent, color: 'teal' })}
            onGone={() => close(current.id, { words: words.gone, color: 'orange' })}
          />
        </Card>
      )}
      {others.length > 0 && <TaskChoice tasks={others} onChoose={setChosen} />}
    </>
  );
}

function isEnded(error: Error | null): boolean {
  return error instanceof Problem && [401, 403, 404].includes(error.status);
}

function CaseContent() {
  const { link, language, words } = useCase();
  const instance = useInstance();
  const tasks = useTasks();
  const error = instance.error ?? tasks.error;
  if (isEnded(error)) return <LinkEnded link={link} language={language} words={words} />;
  const ready = instance.data && tasks.data;
  return (
    <main className={classes.page}>
      <Stack gap="lg">
        {error && <CaseProblem error={error} onRetry={() => void Promise.all([instance.refetch(), tasks.refetch()])} />}
        {!ready && !error && <Loader aria-label={words.loading} />}
        {ready && (
          <>
            <Heading instance={instance.data} state={stateOf(instance.data, tasks.data)} />
            <Work tasks={isRunning(instance.data.status) ? tasks.data : []} />
            <DocumentList documents={instance.data.documents} />
          </>
        )}
      </Stack>
    </main>
  );
}

/** The page speaks the browser's language, and says so to screen readers. */
function useLanguage(): string {
  const [language] = useState(() => languageOf(navigator.languages));
  useEffect(() => {
    const before = document.documentElement.lang;
    document.documentElement.lang = language;
    return () => {
      document.documentElement.lang = before;
    };
  }, [language]);
  return language;
}

export function CasePage({ token }: { token: string }) {
  const language = useLanguage();
  const words = wordsIn(language);
  const link = useMemo(() => readLink(token), [token]);
  const context = useMemo(
    () => link && { link, language, words, api: caseApi(link.token, language) },
    [link, language, words],
  );
  if (!context) return <LinkEnded link={null} language={language} words={words} />;
  return (
    <CaseContext value={context}>
      <CaseContent />
    </CaseContext>
  );
}
