// One function per route of the platform that people with an account call. Every failure is a `Problem`.
// A 401 ends the session, which leads the user back to the login.
import { readXml } from '../readXml';
import { jsonBody, Problem, request, withQuery } from './http';
import { getSession, setSession } from './session';
import type {
  CompileReport,
  DemoUser,
  Deployment,
  History,
  Instance,
  InstanceStart,
  InstanceStatus,
  InstanceSummary,
  Page,
  Process,
  Resolution,
  StartedInstance,
} from './types';

export interface InstanceFilter {
  processId?: string;
  status?: InstanceStatus;
}

async function send(path: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await request(path, init, getSession()?.token);
  } catch (error) {
    if (error instanceof Problem && error.status === 401) setSession(null);
    throw error;
  }
}

async function getJson<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  const response = await send(path, { signal });
  return (await response.json()) as Answer;
}

function postJson(path: string, body: unknown): Promise<Response> {
  return send(path, jsonBody(body));
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

export async function startInstance(processId: string, wanted: InstanceStart): Promise<StartedInstance> {
  const response = await postJson(`/processes/${segment(processId)}/instances`, wanted);
  return (await response.json()) as StartedInstance;
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
  // Bytes are sent as they are, so that an XML's own encoding holds; names, so that diagnostics name the files.
  const body = new FormData();
  for (const file of [bpmn, ...companions]) body.append('files', file, file.name);
  return { body };
}

/** Deploys a BPMN file, with what it refers to. */
export async function deployBpmn(bpmn: File, companions: File[]): Promise<Deployment> {
  const response = await send('/processes', { method: 'POST', ...deploymentRequest(bpmn, companions) });
  return (await response.json()) as Deployment;
}
