import { expect, test } from 'vitest';
import { detailLines, formatAgo, formatDollars, formatDuration } from '../src/format';

const SECOND = 1000;
const HOUR = 3600 * SECOND;

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [4200, '4.2 s'],
  [59 * SECOND, '59 s'],
  [60 * SECOND, '1 min'],
  [3 * 60 * SECOND + 5 * SECOND, '3 min 5 s'],
  [HOUR + 25 * 60 * SECOND, '1 h 25 min'],
  [52 * HOUR, '2 d 4 h'],
  [-5, '0 ms'],
])('%i ms reads %s', (milliseconds, words) => {
  expect(formatDuration(milliseconds)).toBe(words);
});

test('the time of a clock that runs ahead is not in the future', () => {
  const now = Date.parse('2026-03-01T10:00:00Z');
  expect(formatAgo('2026-03-01T10:00:30Z', now)).toBe('now');
  expect(formatAgo('2026-03-01T11:58:00+02:00', now)).toBe('2 min ago');
});

test('small amounts keep their digits', () => {
  expect(formatDollars(0)).toBe('$0.00');
  expect(formatDollars(0.236)).toBe('$0.236');
  expect(formatDollars(0.0043)).toBe('$0.0043');
  expect(formatDollars(1234.5)).toBe('$1,234.50');
});

test('a waiting point tells only what is known', () => {
  expect(detailLines({ group: 'clerks', assignee: '', due: null, names: ['a'] })).toEqual([
    'group: clerks',
    'names: ["a"]',
  ]);
});
