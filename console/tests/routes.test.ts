import { describe, expect, test } from 'vitest';
import { hrefs, parseRoute } from '../src/routes';

describe('an address', () => {
  test('leads back to the page that it was made for', () => {
    const id = 'a/b ?#ą';
    expect(parseRoute(hrefs.instance(id))).toEqual({ page: 'instance', id });
    expect(parseRoute(hrefs.process(id, { version: 2, status: 'failed' }))).toEqual({
      page: 'process',
      id,
      version: 2,
      filter: { processId: id, status: 'failed' },
    });
    expect(parseRoute(hrefs.home({ processId: 'loan', status: 'incident' }))).toEqual({
      page: 'home',
      filter: { processId: 'loan', status: 'incident' },
    });
  });

  test.each(['', '#', '#/'])('%j is the overview', (hash) => {
    expect(parseRoute(hash)).toEqual({ page: 'home', filter: {} });
  });

  test.each(['#/nothing', '#/instances', '#/processes/', '#/constructor', '#/__proto__/x'])(
    '%s is unknown',
    (hash) => {
      expect(parseRoute(hash)).toEqual({ page: 'unknown' });
    },
  );

  test('survives what cannot be decoded or is no filter', () => {
    expect(parseRoute('#/instances/%E0%A4%A')).toEqual({ page: 'instance', id: '%E0%A4%A' });
    expect(parseRoute('#/processes/loan?version=x&status=odd')).toEqual({
      page: 'process',
      id: 'loan',
      filter: { processId: 'loan' },
    });
  });
});
