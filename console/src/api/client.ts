// One function per route of the platform that the console calls. Every failure is a `Problem`.
// A 401 ends the session, which leads the user back to the login.
import { readXml } from '../readXml';
import { getSession, setSession } from './session';
import type {
  CompileReport,
  DemoUser,
  Deployment,
  History,
  Instance,
  InstanceStatus,
  InstanceSummary,
  Page,
  ProblemBody,
  Process,
  Resolution,
} from './types';

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

export interface InstanceFilter {
  processId?: string;
  status?: InstanceStatus;
}

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

function headersOf(init: RequestInit): Headers {
  const headers = new Headers(init.headers);
  const token = getSession()?.token;
  if (token) headers.set('Authorization', `Bearer ${token}`);
  return headers;
}

async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, { ...init, headers: headersOf(init) }).catch(() => {
    throw new Problem(UNREACHABLE, {});
  });
  if (response.status === 401) setSession(null);
  if (!response.ok) throw await readProblem(response);
  return response;
}

async function getJson<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  const response = await send(path, { signal });
  return (await response.json()) as Answer;
}

function postJson(path: string, body: unknown): Promise<Response> {
  return send(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

const segment = encodeURIComponent;

/** The local platform's demo users; null where the host has no such list. */
export async function listDemoUsers(): Promise<DemoUser[] | null> {
  try {
    return (await getJson<Page<DemoUser>>('/_local/users')).items;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

export async function logIn(user: string): Promise<void> {
  const response = await postJson('/_local/token', { user });
  const { token } = (await response.json()) as { token: string };
  setSession({ user, token });
}

export function listProcesses(signal?: AbortSignal): Promise<Page<Process>> {
  return getJson(withQuery('/processes', { limit: 100 }), signal);
}

export function getReport(id: string, version?: number, signal?: AbortSignal) {
  return getJson<CompileReport>(withQuery(`/processes/${segment(id)}/report`, { version }), signal);
}

export async function getBpmn(id: string, version?: number, signal?: AbortSignal): Promise<string> {
  const path = withQuery(`/processes/${segment(id)}/bpmn`, { version });
  return readXml(await (await send(path, { signal })).arrayBuffer());
}

export function listInstances(filter: InstanceFilter, cursor: string | null, signal?: AbortSignal) {
  const query = { ...filter, limit: 50, cursor };
  return getJson<Page<InstanceSummary>>(withQuery('/instances', query), signal);
}

export function getInstance(id: string, signal?: AbortSignal): Promise<Instance> {
  return getJson(`/instances/${segment(id)}`, signal);
}

export function getHistory(id: string, signal?: AbortSignal): Promise<History> {
  return getJson(`/instances/${segment(id)}/history`, signal);
}

export async function cancelInstance(id: string): Promise<void> {
  await postJson(`/instances/${segment(id)}/cancel`, {});
}

export async function resolveIncident(id: string, incidentId: string, resolution: Resolution) {
  await postJson(`/instances/${segment(id)}/incidents/${segment(incidentId)}/resolve`, resolution);
}

function deploymentRequest(bpmn: File, companions: File[]): RequestInit {
  // The file's bytes are sent as they are, so that the XML's own encoding declaration holds.
  if (companions.length === 0) return { headers: { 'Content-Type': 'application/xml' }, body: bpmn };
  const body = new FormData();
  for (const file of [bpmn, ...companions]) body.append('files', file, file.name);
  return { body };
}

/** Deploys a BPMN file, with the decisions and forms that it refers to. */
export async function deployBpmn(bpmn: File, companions: File[]): Promise<Deployment> {
  const response = await send('/processes', { method: 'POST', ...deploymentRequest(bpmn, companions) });
  return (await response.json()) as Deployment;
}
