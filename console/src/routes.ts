// The pages' addresses: `#/`, `#/processes/<id>`, `#/instances/<id>`, `#/deploy`, and filters after `?`.
import { useSyncExternalStore } from 'react';
import type { InstanceFilter } from './api/client';
import type { InstanceStatus } from './api/types';

export type Route =
  | { page: 'home'; filter: InstanceFilter }
  | { page: 'process'; id: string; version?: number; filter: InstanceFilter }
  | { page: 'instance'; id: string }
  | { page: 'deploy' }
  | { page: 'unknown' };

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

export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const query = new URLSearchParams(search);
  const [page = '', id = ''] = path.split('/').map(decodeSegment);
  const status = readStatus(query.get('status'));
  if (page === '') return { page: 'home', filter: { processId: query.get('process') ?? undefined, status } };
  if (page === 'deploy') return { page: 'deploy' };
  if (page === 'instances' && id) return { page: 'instance', id };
  if (page === 'processes' && id) {
    return { page: 'process', id, version: readVersion(query.get('version')), filter: { processId: id, status } };
  }
  return { page: 'unknown' };
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
