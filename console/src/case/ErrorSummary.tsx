// All that is wrong with what was sent, each a way to its field. Takes the focus when it is mounted.
import { Alert, Anchor } from '@mantine/core';
import { type MouseEvent, useEffect, useRef } from 'react';
import type { Diagnostic } from '../api/types';
import { IconAlert } from '../components/icons';
import { fieldId } from '../forms/Field';
import type { Shown } from '../forms/layOut';
import { useCase } from './CaseContext';
import classes from './CasePage.module.css';

interface ErrorSummaryProps {
  findings: Diagnostic[];
  shown: Shown[];
}

function labelOf(shown: Shown[], path: string): string | undefined {
  for (const one of shown) {
    if (one.path === path && one.component.type !== 'group') return one.label || path;
    const inner = labelOf([...one.children, ...one.rows.flat()], path);
    if (inner) return inner;
  }
  return undefined;
}

const CONTROLS = 'input:not([type=hidden]), select, textarea, button';

function goTo(event: MouseEvent, path: string): void {
  event.preventDefault();
  const field = document.getElementById(fieldId(path));
  const control = field?.matches(CONTROLS) ? field : (field?.querySelector<HTMLElement>(CONTROLS) ?? field);
  control?.scrollIntoView({ block: 'center' });
  control?.focus({ preventScroll: true });
}

function Entry({ label, path, message }: { label: string | undefined; path: string; message: string }) {
  if (label === undefined) return <li>{path ? `${path}: ${message}` : message}</li>;
  return (
    <li>
      <Anchor href={`#${fieldId(path)}`} onClick={(event) => goTo(event, path)} inherit c="inherit" underline="always">
        {label}
      </Anchor>
      {`: ${message}`}
    </li>
  );
}

export function ErrorSummary({ findings, shown }: ErrorSummaryProps) {
  const { words } = useCase();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), []);
  return (
    <Alert
      ref={place}
      tabIndex={-1}
      color="red"
      title={words.wrong(findings.length)}
      icon={<IconAlert />}
      className={classes.summary}
    >
      <ul className={classes.errors}>
        {findings.map(({ field, message }) => (
          <Entry key={`${field ?? ''} ${message}`} label={labelOf(shown, field ?? '')} path={field ?? ''} message={message} />
        ))}
      </ul>
    </Alert>
  );
}
