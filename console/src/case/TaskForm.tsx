// One task of the applicant: its form, what is wrong with it, sending it.
import { Alert, Button, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useEffect, useMemo, useRef, useState } from 'react';
import { Problem } from '../api/http';
import type { Diagnostic, Task } from '../api/types';
import { FormView } from '../forms/FormView';
import type { Names } from '../forms/feel';
import { layOut } from '../forms/layOut';
import { withValue } from '../forms/paths';
import { type Form, textIn } from '../forms/schema';
import { initialValues, submission } from '../forms/values';
import { useCase } from './CaseContext';
import { CaseProblem } from './CaseProblem';
import { ErrorSummary } from './ErrorSummary';
import { useCompleteTask, useTask } from './queries';
import { useDraft } from './useDraft';

const EMPTY: Form = {};

/** What the platform found wrong with fields; null if it was something else. */
function findingsOf(error: Error | null): Diagnostic[] | null {
  return error instanceof Problem && error.status === 422 ? (error.body.errors ?? null) : null;
}

/** Whether the form begins with a heading of its own, which is in the applicant's language. The task's may not be. */
function hasHeading({ components }: Form): boolean {
  const first = components?.[0];
  return first?.type === 'text' && textIn(first.text, 'en').startsWith('#');
}

/** Whether somebody else was first, or the time is over: there is nothing left to fill in. */
export function isGone(error: Error): boolean {
  return error instanceof Problem && ['task-not-open', 'not-found'].includes(error.body.code ?? '');
}

function useForm(task: Task) {
  const { language } = useCase();
  const form = (task.form as Form | null) ?? EMPTY;
  const [values, setValues] = useState<Names>(() => initialValues(form, task.variables));
  const [findings, setFindings] = useState<Diagnostic[]>([]);
  // The same errors once more are news.
  const [round, setRound] = useState(0);
  const refuse = (found: Diagnostic[]) => {
    setFindings(found);
    setRound((before) => before + 1);
  };
  const wrong = useMemo(() => new Set(findings.map(({ field }) => field ?? '')), [findings]);
  const shown = layOut({ form, values, variables: task.variables, language, wrong });
  const change = (path: string, value: unknown) => {
    setValues((before) => withValue(before, path, value));
    setFindings((before) => before.filter(({ field }) => field !== path));
  };
  return { form, shown, findings, round, refuse, change };
}

interface TaskFormProps {
  task: Task;
  onSent: () => void;
  onGone: () => void;
}

function FilledForm({ task, onSent, onGone }: TaskFormProps) {
  const { language, words } = useCase();
  const { form, shown, findings, round, refuse, change } = useForm(task);
  const complete = useCompleteTask(task.id);
  const draft = useDraft(task.id);
  const touched = useRef(false);
  const values = JSON.stringify(submission(shown));
  const { keep } = draft;
  useEffect(() => {
    if (touched.current) keep(JSON.parse(values) as Names);
  }, [keep, values]);

  const onChange = (path: string, value: unknown) => {
    touched.current = true;
    change(path, value);
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    draft.drop();
    complete.mutate(submission(shown), {
      onSuccess: onSent,
      onError: (error) => (isGone(error) ? onGone() : refuse(findingsOf(error) ?? [])),
    });
  };
  const errors = new Map(findings.map(({ field, message }) => [field ?? '', message]));
  const failure = complete.error && !findingsOf(complete.error) && !isGone(complete.error) ? complete.error : null;
  const hasFields = (form.components ?? []).length > 0;
  return (
    <form onSubmit={send} noValidate>
      <Stack gap="lg">
        {findings.length > 0 && <ErrorSummary key={round} findings={findings} shown={shown} />}
        {hasFields && (
          <Text size="sm" c="dimmed">
            {words.required}
          </Text>
        )}
        <FormView shown={shown} context={{ words: words.form, language, errors, onChange }} />
        {failure && <CaseProblem error={failure} />}
        <Group gap="md">
          <Button type="submit" size="md" loading={complete.isPending}>
            {hasFields ? words.send : words.confirm}
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {draft.state === 'untouched' ? '' : words.draft[draft.state]}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

function Deadline({ due }: { due: string | null }) {
  const { language, words } = useCase();
  if (!due) return null;
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' }).format(new Date(due));
  return <Text size="sm">{words.due(time)}</Text>;
}

/** The task as it is now. `id` does not change while it is shown. */
export function TaskForm({ id, onSent, onGone }: { id: string } & Omit<TaskFormProps, 'task'>) {
  const { words } = useCase();
  const task = useTask(id);
  const gone = task.error !== null && isGone(task.error);
  useEffect(() => {
    if (gone) onGone();
  }, [gone, onGone]);
  if (task.isPending) return <Loader size="sm" aria-label={words.loading} />;
  if (gone) return <Alert color="gray">{words.gone}</Alert>;
  if (task.error) return <CaseProblem error={task.error} onRetry={() => void task.refetch()} />;
  return (
    <Stack gap="md">
      {!hasHeading((task.data.form as Form | null) ?? EMPTY) && (
        <Title order={2} size="h3">
          {task.data.name}
        </Title>
      )}
      <Deadline due={task.data.dueDate} />
      <FilledForm task={task.data} onSent={onSent} onGone={onGone} />
    </Stack>
  );
}
