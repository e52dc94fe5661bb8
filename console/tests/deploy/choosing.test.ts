import { expect, test } from 'vitest';
import { Problem } from '../../src/api/http';
import { chooseFiles } from '../../src/deploy/chosen';
import { refusalOf } from '../../src/deploy/outcome';
import { diagnostic } from '../shapes';

test.each(['a.bpmn', 'A.BPMN', 'a.bpmn20.xml', 'a.xml'])('%s is taken as the process', (name) => {
  expect(chooseFiles([{ name }])).toEqual({ bpmn: { name }, companions: [] });
});

test('decisions and forms go with their process', () => {
  const [form, bpmn, dmn] = [{ name: 'a.form' }, { name: 'a.bpmn' }, { name: 'a.dmn' }];
  expect(chooseFiles([form, bpmn, dmn])).toEqual({ bpmn, companions: [form, dmn] });
});

test.each([[[]], [['a.dmn']], [['a.bpmn', 'b.bpmn']], [['a.bpmn', 'a.exe']]])('%j is refused in words', (names) => {
  expect(chooseFiles(names.map((name) => ({ name })))).toHaveProperty('problem');
});

test('only a 422 with diagnostics is a refusal of the file', () => {
  const errors = [diagnostic({ code: 'BPMN-1', message: 'x' })];
  expect(refusalOf(new Problem(422, { errors }), 'a', '')).toMatchObject({ kind: 'refused', diagnostics: errors });
  expect(refusalOf(new Problem(422, {}), 'a', '')).toMatchObject({ kind: 'failed' });
  expect(refusalOf(new Problem(413, { errors }), 'a', '')).toMatchObject({ kind: 'failed' });
});
