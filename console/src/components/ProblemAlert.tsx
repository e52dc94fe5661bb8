// Says in words what went wrong with a request, and offers to try again.
import { Alert, Button, Stack, Text } from '@mantine/core';
import { Problem, UNREACHABLE } from '../api/http';
import { messages } from '../messages';
import { IconAlert } from './icons';

export function problemTitle(error: Error): string {
  const words = messages.problems;
  if (!(error instanceof Problem)) return words.other;
  if (error.status === UNREACHABLE) return words.unreachable;
  if (error.status === 403) return words.forbidden;
  if (error.status === 404) return words.missing;
  return error.body.title ?? words.other;
}

function problemDetail(error: Error): string | undefined {
  return error instanceof Problem ? error.body.detail : error.message;
}

export function ProblemAlert({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const detail = problemDetail(error);
  return (
    <Alert color="red" variant="light" title={problemTitle(error)} icon={<IconAlert />}>
      <Stack gap="sm" align="flex-start">
        {detail && <Text size="sm">{detail}</Text>}
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            {messages.retry}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
