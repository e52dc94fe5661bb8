// The documents that were made for the applicant. Their addresses live for minutes, so each is asked for on the click.
import { Button, Card, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { DocumentSummary } from '../api/types';
import { useCase } from './CaseContext';
import classes from './CasePage.module.css';

function sizeIn(bytes: number, language: string): string {
  const kilobytes = new Intl.NumberFormat(language, { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 0 });
  return kilobytes.format(Math.max(1, bytes / 1000));
}

function Entry({ document: { id, name, size, createdAt } }: { document: DocumentSummary }) {
  const { api, language, words } = useCase();
  const download = useMutation({
    mutationFn: () => api.readDocument(id),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  const made = new Intl.DateTimeFormat(language, { dateStyle: 'long' }).format(new Date(createdAt));
  return (
    <li className={classes.document}>
      <div>
        <Text fw={560}>{name}</Text>
        <Text size="sm" c="dimmed">
          {made} · {sizeIn(size, language)}
        </Text>
        {download.error && (
          <Text size="sm" c="red.8" role="alert">
            {words.failedDownload}
          </Text>
        )}
      </div>
      <Button variant="default" loading={download.isPending} onClick={() => download.mutate()}>
        {words.download(name)}
      </Button>
    </li>
  );
}

export function DocumentList({ documents }: { documents: DocumentSummary[] }) {
  const { words } = useCase();
  if (documents.length === 0) return null;
  return (
    <Card component="section" aria-labelledby="documents-title">
      <Title order={2} size="h4" id="documents-title" mb="sm">
        {words.documents}
      </Title>
      <Stack component="ul" gap="sm" className={classes.plain}>
        {documents.map((document) => (
          <Entry key={document.id} document={document} />
        ))}
      </Stack>
    </Card>
  );
}
