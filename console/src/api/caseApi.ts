// The routes that a case link opens. Words about wrong fields come in the language that is asked for.
import { jsonBody, request, withQuery } from './http';
import type { DocumentLink, Instance, Offer, Page, Task, TaskSummary, Variables } from './types';

const segment = encodeURIComponent;

export interface CaseApi {
  readInstance: (id: string, signal?: AbortSignal) => Promise<Instance>;
  listTasks: (signal?: AbortSignal) => Promise<TaskSummary[]>;
  readTask: (id: string, signal?: AbortSignal) => Promise<Task>;
  /** Goes on when the page is left meanwhile. */
  saveDraft: (id: string, variables: Variables) => Promise<void>;
  completeTask: (id: string, variables: Variables) => Promise<void>;
  readDocument: (id: string) => Promise<DocumentLink>;
  /** What the products are called whose process this is. Anybody may ask. */
  listOffers: (signal?: AbortSignal) => Promise<Offer[]>;
}

export function caseApi(token: string, language: string): CaseApi {
  async function get<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
    return (await (await request(path, { signal }, token)).json()) as Answer;
  }
  async function post(path: string, body: unknown, keepalive = false): Promise<void> {
    const { headers, ...init } = jsonBody(body);
    await request(path, { ...init, headers: { ...headers, 'Accept-Language': language }, keepalive }, token);
  }
  return {
    readInstance: (id, signal) => get(`/instances/${segment(id)}`, signal),
    listTasks: async (signal) => (await get<Page<TaskSummary>>('/tasks', signal)).items,
    readTask: (id, signal) => get(`/tasks/${segment(id)}`, signal),
    saveDraft: (id, variables) => post(`/tasks/${segment(id)}/draft`, { variables }, true),
    completeTask: (id, variables) => post(`/tasks/${segment(id)}/complete`, { variables }),
    readDocument: (id) => get(`/documents/${segment(id)}`),
    listOffers: async (signal) => {
      const path = withQuery('/market/offers', { language, limit: 200 });
      const response = await request(path, { signal }, undefined);
      return ((await response.json()) as Page<Offer>).items;
    },
  };
}
