import { expect, test } from 'vitest';
import { comparedPaths, keyFigures } from '../../src/processes/report';

const COST = { transitions: 11, lambdaCalls: 0, historyEvents: 40, dollarsPer1000: 0.31 };

test('figures that the report lacks are left out, zeros are shown', () => {
  expect(keyFigures({ states: 14 })).toEqual([{ label: 'States', value: '14' }]);
  expect(keyFigures({ ...COST }).map(({ value }) => value)).toEqual(['11', '0', '$0.31']);
});

test('without totals the first path stands for the process', () => {
  const report = { states: 14, paths: [{ name: 'Accepted', ...COST }] };
  expect(keyFigures(report).map(({ value }) => value)).toEqual(['14', '11', '0', '$0.31']);
  expect(comparedPaths(report)).toEqual([]);
});
