// One request to the platform. Every failure is a `Problem`.
import type { ProblemBody } from './types';

export class Problem extends Error {
  readonly status: number;
  readonly body: ProblemBody;

  constructor(status: number, body: ProblemBody) {
    super(body.detail ?? body.title ?? `HTTP ${status}`);
    this.name = 'Problem';
    this.status = status;
    this.body = body;
  }
}

/** Status 0: the platform could not be reached at all. */
export const UNREACHABLE = 0;

type Query = Record<string, string | number | undefined | null>;

export function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const search = new URLSearchParams(given.map(([key, value]) => [key, String(value)]));
  return given.length > 0 ? `${path}?${search}` : path;
}

async function readProblem(response: Response): Promise<Problem> {
  const body = await response.json().catch(() => ({ title: response.statusText }));
  return new Problem(response.status, body as ProblemBody);
}

/** The answer to a request with this bearer token; throws a `Problem` for whatever is no success. */
export async function request(path: string, init: RequestInit, token: string | undefined): Promise<Response> {
  const headers = new Headers(init.headers);
  if (token) headers.set('Authorization', `Bearer ${token}`);
  const response = await fetch(path, { ...init, headers }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(UNREACHABLE, {});
  });
  if (!response.ok) throw await readProblem(response);
  return response;
}

export function jsonBody(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}
