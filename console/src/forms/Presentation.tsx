// What a form shows and nobody fills in.
import { Anchor, Divider, Input, Space, Table, Text } from '@mantine/core';
import DOMPurify from 'dompurify';
import { type ReactNode, useMemo } from 'react';
import Markdown, { type Components } from 'react-markdown';
import { feel, say } from './feel';
import type { FormContext } from './FormView';
import classes from './FormView.module.css';
import { valueAt } from './paths';
import { textIn } from './schema';
import type { Shown } from './layOut';

interface PresentationProps {
  shown: Shown;
  context: FormContext;
}

/** The page has a first heading of its own. */
const MARKDOWN: Components = {
  h1: ({ children }) => <h2>{children}</h2>,
  h2: ({ children }) => <h3>{children}</h3>,
  h3: ({ children }) => <h4>{children}</h4>,
  a: ({ href, children }) => (
    <Anchor href={href} target="_blank" rel="noreferrer">
      {children}
    </Anchor>
  ),
};

function Prose({ shown }: PresentationProps) {
  return (
    <div className={classes.prose}>
      <Markdown components={MARKDOWN}>{shown.text}</Markdown>
    </div>
  );
}

function Html({ shown }: PresentationProps) {
  const clean = useMemo(
    () => DOMPurify.sanitize(shown.text, { FORBID_TAGS: ['style', 'form', 'input', 'button'], FORBID_ATTR: ['id'] }),
    [shown.text],
  );
  // eslint-disable-next-line react/no-danger -- sanitized
  return <div className={classes.prose} dangerouslySetInnerHTML={{ __html: clean }} />;
}

function Computed({ shown, context }: PresentationProps) {
  const { value } = shown;
  if (!shown.label) return null;
  return (
    <Input.Wrapper label={shown.label} description={shown.description || undefined} labelElement="div">
      <Text component="output">{cell(value, context)}</Text>
    </Input.Wrapper>
  );
}

function cell(value: unknown, { language, words }: FormContext): string {
  if (typeof value === 'number') return new Intl.NumberFormat(language, { maximumFractionDigits: 12 }).format(value);
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  return value === null || value === undefined ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function DataRows({ shown, context }: PresentationProps) {
  const rows = feel(shown.component.dataSource ?? '', shown.names);
  const columns = shown.component.columns ?? [];
  return (
    <div className={classes.scroll}>
      <Table aria-label={shown.label || undefined}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ key, label }) => (
              <Table.Th key={key}>{textIn(label, context.language) || key}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {(Array.isArray(rows) ? rows : []).map((row: unknown, number) => (
            // eslint-disable-next-line react/no-array-index-key -- rows of data have no identity but their place
            <Table.Tr key={number}>
              {columns.map(({ key }) => (
                <Table.Td key={key}>{cell(valueAt(row, key), context)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Picture({ shown, context }: PresentationProps) {
  const { source = '', alt } = shown.component;
  return <img src={say(source, shown.names)} alt={say(textIn(alt, context.language), shown.names)} />;
}

/** The page shows nobody else's pages within its own: a frame becomes a link. */
function Elsewhere({ shown, context }: PresentationProps) {
  const address = say(shown.component.url ?? '', shown.names);
  if (!address.startsWith('https://')) return null;
  return (
    <Anchor href={address} target="_blank" rel="noreferrer">
      {shown.label || context.words.open}
    </Anchor>
  );
}

const KINDS: Record<string, (props: PresentationProps) => ReactNode> = {
  text: Prose,
  html: Html,
  expression: Computed,
  table: DataRows,
  image: Picture,
  iframe: Elsewhere,
  separator: () => <Divider />,
  spacer: () => <Space h="md" />,
};

/** Buttons are the page's own, and so are documents: both are shown for every form. */
export function Presentation(props: PresentationProps) {
  const Kind = KINDS[props.shown.component.type];
  return Kind ? <Kind {...props} /> : null;
}
