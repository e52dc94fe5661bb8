// A dialog that asks for JSON, and says what is wrong with it before anything is sent.
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Dialog } from '../components/Dialog';
import { messages } from '../messages';
import type { Reading } from './resolution';

interface JsonDialogProps<Value> {
  opened: boolean;
  onClose: () => void;
  title: string;
  lead: string;
  label: string;
  initial: string;
  submit: string;
  busy?: boolean;
  /** What is asked for beside the JSON, above it. */
  children?: ReactNode;
  read: (text: string) => Reading<Value>;
  onSubmit: (value: Value) => void;
}

type FormProps<Value> = Omit<JsonDialogProps<Value>, 'opened' | 'title'>;

function JsonForm<Value>(props: FormProps<Value>) {
  const { onClose, lead, label, initial, submit, busy, children, read, onSubmit } = props;
  const [text, setText] = useState(initial);
  const [problem, setProblem] = useState<string | null>(null);
  const handle = (event: FormEvent) => {
    event.preventDefault();
    const reading = read(text);
    if ('problem' in reading) setProblem(reading.problem);
    else onSubmit(reading.value);
  };
  return (
    <form onSubmit={handle}>
      <Stack>
        <Text size="sm" c="dimmed">
          {lead}
        </Text>
        {children}
        <Textarea
          label={label}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setProblem(null);
          }}
          error={problem}
          autosize
          minRows={6}
          maxRows={18}
          spellCheck={false}
          data-autofocus={children ? undefined : true}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {messages.close}
          </Button>
          <Button type="submit" loading={busy}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function JsonDialog<Value>({ opened, title, ...form }: JsonDialogProps<Value>) {
  return (
    <Dialog opened={opened} onClose={form.onClose} title={title} size="lg">
      <JsonForm {...form} />
    </Dialog>
  );
}
