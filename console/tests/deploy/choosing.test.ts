import { expect, test } from 'vitest';
import { Problem } from '../../src/api/client';
import { chooseFile } from '../../src/deploy/chosen';
import { refusalOf } from '../../src/deploy/outcome';

test.each(['a.bpmn', 'A.BPMN', 'a.bpmn20.xml', 'a.xml'])('%s is taken', (name) => {
  expect(chooseFile([{ name }])).toEqual({ file: { name } });
});

test('other files, several files and none are refused in words', () => {
  expect(chooseFile([{ name: 'a.dmn' }])).toEqual({ problem: '“a.dmn” is not a BPMN file (.bpmn or .xml).' });
  expect(chooseFile([{ name: 'a.bpmn' }, { name: 'b.bpmn' }])).toHaveProperty('problem');
  expect(chooseFile([])).toHaveProperty('problem');
});

test('only a 422 with diagnostics is a refusal of the file', () => {
  const errors = [{ code: 'BPMN-1', severity: 'error' as const, message: 'x' }];
  expect(refusalOf(new Problem(422, { errors }), 'a', '')).toMatchObject({ kind: 'refused', diagnostics: errors });
  expect(refusalOf(new Problem(422, {}), 'a', '')).toMatchObject({ kind: 'failed' });
  expect(refusalOf(new Problem(413, { errors }), 'a', '')).toMatchObject({ kind: 'failed' });
});
