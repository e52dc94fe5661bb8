import { expect, test } from 'vitest';
import type { ReportedPath } from '../../src/api/types';
import { keyFigures, pathRows } from '../../src/processes/report';

const HAPPY: ReportedPath = {
  states: ['fill', 'fill_resolved', 'sign'],
  transitions: 11,
  events: 40,
  lambdaCalls: 0,
  dollarsPerThousand: 0.31,
};
const ELEMENTS = { start: [], fill: ['fill', 'fill_resolved'], sign: ['sign'] };

test('the happy path stands for the process, and zeros are shown', () => {
  const report = { states: 14, elements: ELEMENTS, paths: [HAPPY] };
  expect(keyFigures(report).map(({ value }) => value)).toEqual(['14', '11', '0', '$0.310']);
});

test('a process without a path to an end has no costs', () => {
  expect(keyFigures({ states: 1, elements: {}, paths: [] })).toEqual([{ label: 'States', value: '1' }]);
});

test('paths are compared only where there are several, by the names of their elements', () => {
  const nameOf = (id: string) => id.toUpperCase();
  expect(pathRows({ states: 3, elements: ELEMENTS, paths: [HAPPY] }, nameOf)).toEqual([]);
  const rows = pathRows({ states: 3, elements: ELEMENTS, paths: [HAPPY, { ...HAPPY, states: ['fill'] }] }, nameOf);
  expect(rows.map(({ name, steps }) => [name, steps])).toEqual([
    ['Main path', ['FILL', 'SIGN']],
    ['Path 2', ['FILL']],
  ]);
});
