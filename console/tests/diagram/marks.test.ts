import { describe, expect, test } from 'vitest';
import type { ElementState, Severity } from '../../src/api/types';
import { diagnosticMarks, historyMarks } from '../../src/diagram/marks';
import { diagnostic, passage } from '../shapes';

const AT = '2026-03-01T10:00:00Z';

const passed = (elementId: string, state: ElementState = 'completed') => passage({ elementId, state });

const found = (severity: Severity, elementId: string | null) =>
  diagnostic({ code: 'BPMN-1', severity, elementId, message: severity });

describe('the path of an instance', () => {
  test('what is now counts more than what was', () => {
    const { markers } = historyMarks([passed('fill', 'active'), passed('fill'), passed('score', 'failed')], [], []);
    expect(Object.fromEntries(markers)).toEqual({ fill: 'active', score: 'failed' });
  });

  test('an open incident is marked on its element, with its error', () => {
    const incident = { id: 'i', elementId: 'bureau', error: 'Http.503', cause: '', since: AT };
    const { markers, badges } = historyMarks([passed('bureau', 'active')], [], [incident]);
    expect(markers.get('bureau')).toBe('incident');
    expect(badges).toEqual([{ elementId: 'bureau', kind: 'incident', text: '!', title: 'Incident: Http.503' }]);
  });

  test('only elements that were entered more than once say how often', () => {
    const { badges } = historyMarks([passed('fill'), passed('fill'), passed('score')], [], []);
    expect(badges.map(({ elementId, text }) => [elementId, text])).toEqual([['fill', '2×']]);
  });

  test('a flow that was not taken is not coloured', () => {
    const flows = [
      { flowId: 'yes', count: 2 },
      { flowId: 'no', count: 0 },
    ];
    expect([...historyMarks([], flows, []).markers]).toEqual([['yes', 'taken']]);
  });
});

describe('the diagnostics of a file', () => {
  test('share one badge per element, which is an error if any of them is', () => {
    const { markers, badges } = diagnosticMarks([found('warning', 'a'), found('error', 'a')]);
    expect(markers.get('a')).toBe('error');
    expect(badges).toEqual([{ elementId: 'a', kind: 'error', text: '2', title: 'BPMN-1: warning\nBPMN-1: error' }]);
  });

  test('that name no element stand in the list only', () => {
    expect(diagnosticMarks([found('error', null)]).badges).toEqual([]);
  });
});
