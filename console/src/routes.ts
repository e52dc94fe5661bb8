// The pages' addresses: `#/`, `#/processes/<id>`, `#/instances/<id>`, `#/deploy`,
// `#/case/<token>`, and filters after `?`.
import { useSyncExternalStore } from 'react';
import type { InstanceFilter } from './api/client';
import type { InstanceStatus } from './api/types';

export type ConsoleRoute =
  | { page: 'home'; filter: InstanceFilter }
  | { page: 'process'; id: string; version?: number; filter: InstanceFilter }
  | { page: 'instance'; id: string }
  | { page: 'deploy' }
  | { page: 'unknown' };

/** `token`: of a case link, which the platform makes addresses for. */
export type Route = ConsoleRoute | { page: 'case'; token: string };

export const STATUSES: readonly InstanceStatus[] = [
  'active',
  'incident',
  'completed',
  'failed',
  'cancelled',
];

function readStatus(value: string | null): InstanceStatus | undefined {
  return STATUSES.find((status) => status === value);
}

function readVersion(value: string | null): number | undefined {
  return value && /^\d+$/.test(value) ? Number(value) : undefined;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

type Query = URLSearchParams;

/** Each page by the first segment of its address, from the second one, empty where there is none. */
const PAGES: Record<string, (id: string, query: Query) => Route> = {
  '': (_, query) => ({
    page: 'home',
    filter: { processId: query.get('process') ?? undefined, status: readStatus(query.get('status')) },
  }),
  case: (token) => (token ? { page: 'case', token } : { page: 'unknown' }),
  deploy: () => ({ page: 'deploy' }),
  instances: (id) => (id ? { page: 'instance', id } : { page: 'unknown' }),
  processes: (id, query) =>
    id
      ? {
          page: 'process',
          id,
          version: readVersion(query.get('version')),
          filter: { processId: id, status: readStatus(query.get('status')) },
        }
      : { page: 'unknown' },
};

export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const [page = '', id = ''] = path.split('/').map(decodeSegment);
  const read = Object.hasOwn(PAGES, page) ? PAGES[page] : undefined;
  return read?.(id, new URLSearchParams(search)) ?? { page: 'unknown' };
}

function searchOf(pairs: Record<string, string | number | undefined>): string {
  const given = Object.entries(pairs).filter(([, value]) => value !== undefined);
  if (given.length === 0) return '';
  return `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`;
}

export const hrefs = {
  home: (filter: InstanceFilter = {}) =>
    `#/${searchOf({ process: filter.processId, status: filter.status })}`,
  process: (id: string, query: { version?: number; status?: InstanceStatus } = {}) =>
    `#/processes/${encodeURIComponent(id)}${searchOf(query)}`,
  instance: (id: string) => `#/instances/${encodeURIComponent(id)}`,
  deploy: '#/deploy',
};

export function navigate(href: string): void {
  window.location.hash = href;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => window.location.hash));
}
