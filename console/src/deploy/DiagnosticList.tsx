// The compiler's diagnostics in words; a click selects the element that one is about.
import { Group, Text } from '@mantine/core';
import type { Diagnostic } from '../api/types';
import { SeverityBadge } from '../components/StatusBadge';
import { messages } from '../messages';
import classes from './DiagnosticList.module.css';

interface DiagnosticListProps {
  diagnostics: Diagnostic[];
  selected: string | null;
  onSelect: (elementId: string) => void;
}

function Words({ diagnostic }: { diagnostic: Diagnostic }) {
  const { code, severity, line, file, elementId, message } = diagnostic;
  const place = [file, line != null && messages.deploy.line(line)].filter(Boolean).join(', ');
  return (
    <>
      <Group gap="xs" component="span">
        <SeverityBadge severity={severity} />
        <Text span size="xs" ff="monospace">
          {code}
        </Text>
        {place && (
          <Text span size="xs" c="dimmed">
            {place}
          </Text>
        )}
      </Group>
      <span className={classes.message}>{message}</span>
      {elementId && (
        <Text span size="xs" c="dimmed" ff="monospace">
          {elementId}
        </Text>
      )}
    </>
  );
}

export function DiagnosticList({ diagnostics, selected, onSelect }: DiagnosticListProps) {
  return (
    <ul className={classes.list} aria-label={messages.deploy.diagnostics}>
      {diagnostics.map((diagnostic) => {
        const { code, line, message, elementId } = diagnostic;
        return (
          <li key={`${code}:${line}:${elementId}:${message}`}>
            <button
              type="button"
              className={classes.diagnostic}
              disabled={!elementId}
              aria-pressed={elementId != null && elementId === selected}
              onClick={() => elementId && onSelect(elementId)}
            >
              <Words diagnostic={diagnostic} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
