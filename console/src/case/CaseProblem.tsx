// What went wrong, in words for whoever has no account and no manual.
import { Alert, Button, Stack, Text } from '@mantine/core';
import { Problem, UNREACHABLE } from '../api/http';
import { IconAlert } from '../components/icons';
import { useCase } from './CaseContext';
import type { CaseWords } from './words';

function wordsFor(error: Error, words: CaseWords): [title: string, detail: string] {
  if (error instanceof Problem && error.body.code === 'task-claimed-by-other') return [words.taken, words.tryAgain];
  if (error instanceof Problem && error.status === UNREACHABLE) return [words.unreachable, words.tryAgain];
  return [words.other, words.tryAgain];
}

export function CaseProblem({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const { words } = useCase();
  const [title, detail] = wordsFor(error, words);
  return (
    <Alert color="red" title={title} icon={<IconAlert />}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{detail}</Text>
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            {words.retry}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
