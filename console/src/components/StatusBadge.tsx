// A status in its colour; the word always stands beside the colour.
import { Badge } from '@mantine/core';
import type { ElementState, InstanceStatus, Severity } from '../api/types';
import { messages } from '../messages';
import classes from './StatusBadge.module.css';

export type MarkState = ElementState | 'incident';

const COLORS: Record<MarkState, string> = {
  active: 'petrol',
  completed: 'teal',
  failed: 'red',
  cancelled: 'gray',
  incident: 'orange',
};

const SEVERITY_COLORS: Record<Severity, string> = { error: 'red', warning: 'orange', info: 'petrol' };

export function StatusBadge({ status }: { status: InstanceStatus }) {
  const dot = <span className={classes.dot} data-state={status} />;
  return (
    <Badge color={COLORS[status]} leftSection={dot}>
      {messages.statuses[status]}
    </Badge>
  );
}

export function StateDot({ state }: { state: MarkState }) {
  return (
    <span
      className={classes.dot}
      data-state={state}
      role="img"
      aria-label={messages.states[state]}
      title={messages.states[state]}
    />
  );
}

export function SeverityBadge({ severity }: { severity: Severity }) {
  return <Badge color={SEVERITY_COLORS[severity]}>{messages.severities[severity]}</Badge>;
}
