// Whole answers of the API for tests that care about a part of them.
import type { Diagnostic, HistoryItem } from '../src/api/types';

export function diagnostic(given: Pick<Diagnostic, 'code' | 'message'> & Partial<Diagnostic>): Diagnostic {
  return { severity: 'error', elementId: null, line: null, field: null, file: null, ...given };
}

export function passage(given: Pick<HistoryItem, 'elementId'> & Partial<HistoryItem>): HistoryItem {
  const at = '2026-03-01T10:00:00Z';
  return {
    elementType: 'userTask',
    elementName: '',
    state: 'completed',
    startedAt: at,
    endedAt: at,
    iteration: 1,
    ...given,
  };
}
