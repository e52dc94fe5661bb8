// From what an operator typed to what is sent to resolve an incident. Pure.
import type { Resolution, Variables } from '../api/types';
import { messages } from '../messages';

export type Reading<Value> = { value: Value } | { problem: string };

function isObject(value: unknown): value is Variables {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function readVariables(text: string): Reading<Variables> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? { value } : { problem: messages.incidents.notObject };
  } catch {
    return { problem: messages.incidents.notJson };
  }
}

/** Only what differs: variables that the process changed meanwhile must not be overwritten. */
export function changedVariables(before: Variables, after: Variables): Variables {
  const changed = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]),
  );
  return Object.fromEntries(changed);
}

export function readRetry(text: string, before: Variables): Reading<Resolution> {
  const reading = readVariables(text);
  if ('problem' in reading) return reading;
  const variables = changedVariables(before, reading.value);
  const changed = Object.keys(variables).length > 0;
  return { value: changed ? { action: 'retry', variables } : { action: 'retry' } };
}

/** An empty text skips without an output. */
export function readSkip(text: string): Reading<Resolution> {
  if (text.trim() === '') return { value: { action: 'skip' } };
  const reading = readVariables(text);
  return 'problem' in reading ? reading : { value: { action: 'skip', output: reading.value } };
}
