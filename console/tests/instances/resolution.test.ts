import { expect, test } from 'vitest';
import { changedVariables, readRetry, readSkip } from '../../src/instances/resolution';

const BEFORE = { amount: 25000, applicant: { name: 'Zofia' } };

test('a retry sends only the variables that were changed', () => {
  expect(changedVariables(BEFORE, { ...BEFORE, amount: 20000, note: 'x' })).toEqual({ amount: 20000, note: 'x' });
});

test('an unchanged edit is a plain retry', () => {
  expect(readRetry(JSON.stringify(BEFORE, null, 2), BEFORE)).toEqual({ value: { action: 'retry' } });
});

test.each(['{', '[1]', '"text"', 'null', ''])('a retry refuses %j', (text) => {
  expect(readRetry(text, BEFORE)).toHaveProperty('problem');
});

test('a step is skipped without an output, or with one', () => {
  expect(readSkip('  ')).toEqual({ value: { action: 'skip' } });
  expect(readSkip('{"score": 1}')).toEqual({ value: { action: 'skip', output: { score: 1 } } });
  expect(readSkip('42')).toHaveProperty('problem');
});
