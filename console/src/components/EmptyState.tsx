// What stands where there is nothing to list, with a way on.
import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  title: string;
  hint?: string;
  children?: ReactNode;
}

export function EmptyState({ title, hint, children }: EmptyStateProps) {
  return (
    <Stack align="center" gap={6} py={48} px="md" ta="center">
      <Text fw={600}>{title}</Text>
      {hint && (
        <Text c="dimmed" size="sm" maw={360}>
          {hint}
        </Text>
      )}
      {children}
    </Stack>
  );
}
