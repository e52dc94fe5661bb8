// Why a link opens nothing, and what to do.
import { Card, Center, Text, Title } from '@mantine/core';
import { usePageTitle } from '../components/usePageTitle';
import type { CaseLink } from './link';
import type { CaseWords } from './words';

interface LinkEndedProps {
  link: CaseLink | null;
  language: string;
  words: CaseWords;
}

function reason({ link, language, words }: LinkEndedProps): string {
  if (!link || link.expiresAt.getTime() > Date.now()) return words.ended.withdrawn;
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' }).format(link.expiresAt);
  return words.ended.expired(time);
}

export function LinkEnded(props: LinkEndedProps) {
  const { ended } = props.words;
  usePageTitle(ended.title);
  return (
    <Center component="main" mih="100vh" p="md">
      <Card w="100%" maw={460} p="xl">
        <Title order={1} size="h3" mb="sm">
          {ended.title}
        </Title>
        <Text>{reason(props)}</Text>
        <Text mt="sm">{ended.remedy}</Text>
      </Card>
    </Center>
  );
}
