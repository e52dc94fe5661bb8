// A platform for page tests: serves the built console and answers its API from a few fixed sales.
// It keeps what a test must be able to observe: who is logged in, what was resolved and deployed.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { CompileReport, Diagnostic, History, HistoryItem, Instance } from '../../src/api/types';
import { diagnostic, passage } from '../shapes';

const DIST = join(import.meta.dirname, '../../dist');
export const LOAN_FILE = join(import.meta.dirname, 'loan.bpmn');
const LOAN = readFileSync(LOAN_FILE, 'utf8');
const TOKEN = 'operator-token';
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

const WAITING: Instance = {
  id: '01JD3Q8V7Z5N2K4M6P8R0T2W4Y',
  processId: 'loan',
  processName: 'Cash loan',
  version: 3,
  businessKey: 'LOAN-2026-0141',
  status: 'incident',
  startedAt: minutesAgo(42),
  endedAt: null,
  parentId: null,
  documents: [],
  variables: {
    applicant: { name: 'Zofia Żółkiewska', age: 34, income: 7200 },
    amount: 25000,
    months: 36,
    score: 712,
    accepted: true,
    channel: 'web',
    currency: 'PLN',
    email: 'zofia@example.com',
    phone: '+48 600 100 200',
    purpose: 'home',
    refinanced: false,
    signedAt: null,
  },
  waiting: [
    { elementId: 'check', kind: 'user', since: minutesAgo(31), detail: { group: 'back-office' } },
    { elementId: 'bureau', kind: 'incident', since: minutesAgo(29), detail: {} },
  ],
  incidents: [
    {
      id: 'inc-1',
      elementId: 'bureau',
      error: 'Http.503',
      cause: 'GET /v1/reports/84021399999 answered 503 Service Unavailable after 3 attempts (2 s, 4 s, 8 s).',
      since: minutesAgo(29),
    },
  ],
};

const DONE: Instance = {
  ...WAITING,
  id: '01JD3Q8V7Z5N2K4M6P8R0T2W4A',
  businessKey: 'LOAN-2026-0140',
  status: 'completed',
  startedAt: minutesAgo(180),
  endedAt: minutesAgo(95),
  waiting: [],
  incidents: [],
};

function others(): Instance[] {
  const statuses = ['active', 'active', 'completed', 'completed', 'cancelled', 'completed', 'failed'] as const;
  return statuses.map((status, index) => ({
    ...DONE,
    id: `01JD3Q8V7Z5N2K4M6P8R0T2W5${index}`,
    processId: index % 3 === 1 ? 'car-insurance' : 'loan',
    businessKey: index % 3 === 1 ? `CAR-2026-00${50 - index}` : `LOAN-2026-01${39 - index}`,
    status,
    startedAt: minutesAgo(60 + index * 97),
    endedAt: status === 'active' ? null : minutesAgo(20 + index * 80),
  }));
}

function entered(elementId: string, elementType: string, from: number, to: number | null): HistoryItem {
  return passage({
    elementId,
    elementType,
    state: to === null ? 'active' : 'completed',
    startedAt: minutesAgo(from),
    endedAt: to === null ? null : minutesAgo(to),
  });
}

const HISTORY: History = {
  items: [
    entered('start', 'startEvent', 42, 42),
    entered('fill', 'userTask', 42, 37),
    entered('fill', 'userTask', 36, 31),
    entered('score', 'businessRuleTask', 31, 31),
    entered('ok', 'exclusiveGateway', 31, 31),
    entered('split', 'parallelGateway', 31, 31),
    entered('bureau', 'serviceTask', 31, null),
    entered('check', 'userTask', 31, null),
  ],
  flows: ['start_fill', 'fill_score', 'score_ok', 'ok_split', 'split_bureau', 'split_check'].map((flowId) => ({
    flowId,
    count: 1,
  })),
};

const REPORT: CompileReport = {
  states: 14,
  elements: {
    start: [],
    fill: ['fill', 'fill_incident'],
    score: ['score'],
    ok: ['ok'],
    split: ['split'],
    contract: ['contract'],
    sign: ['sign'],
  },
  paths: [
    {
      states: ['fill', 'score', 'ok', 'split', 'contract', 'sign'],
      transitions: 8,
      events: 42,
      lambdaCalls: 2,
      dollarsPerThousand: 0.236,
    },
    { states: ['fill', 'score', 'ok'], transitions: 3, events: 17, lambdaCalls: 0, dollarsPerThousand: 0.087 },
  ],
};

export const DIAGNOSTICS: Diagnostic[] = [
  diagnostic({
    code: 'BPMN-104',
    elementId: 'ok',
    line: 7,
    message: 'The gateway “Accepted?” has two outgoing flows without a condition. Give all but the default flow a condition.',
  }),
  diagnostic({
    code: 'BPMN-131',
    elementId: 'late',
    line: 18,
    message: 'The timer “2 days” has no duration. Set one, such as P2D.',
  }),
  diagnostic({
    code: 'BPMN-210',
    severity: 'warning',
    elementId: 'escalate',
    line: 16,
    message: 'The task “Remind the team lead” has no retries; a single failure becomes an incident.',
  }),
];

const PROCESSES = [
  {
    id: 'loan',
    name: 'Cash loan',
    version: 3,
    deployedAt: minutesAgo(900),
    counts: { active: 4, incident: 1, completed: 1287 },
  },
  {
    id: 'car-insurance',
    name: 'Car insurance',
    version: 1,
    deployedAt: minutesAgo(3000),
    counts: { active: 2, incident: 0, completed: 312 },
  },
  {
    id: 'complaint-handling',
    name: 'Complaint handling',
    version: 12,
    deployedAt: minutesAgo(20),
    counts: { active: 0, incident: 0, completed: 0 },
  },
];

type Answer = { status?: number; json?: unknown; xml?: string };
type Route = [method: string, path: RegExp, answer: (body: string, match: string[]) => Answer];

export class Platform {
  readonly resolutions: unknown[] = [];
  readonly deployed: string[] = [];
  readonly started: unknown[] = [];
  readonly foreignPaths: string[] = [];
  /** Whether the next deployment is refused. */
  refuses = false;
  /** Whether tokens are no longer taken. */
  expired = false;
  #server: Server | null = null;
  #waiting: Instance = WAITING;

  readonly #routes: Route[] = [
    ['GET', /^\/processes$/, () => ({ json: { items: PROCESSES, cursor: null } })],
    ['POST', /^\/processes$/, (body) => this.#deploy(body)],
    ['GET', /^\/processes\/[^/]+\/bpmn$/, () => ({ xml: LOAN })],
    ['POST', /^\/processes\/([^/]+)\/instances$/, (body, [, id]) => this.#start(id, body)],
    ['GET', /^\/processes\/[^/]+\/report$/, () => ({ json: REPORT })],
    ['GET', /^\/instances$/, (_, [query = '']) => this.#list(new URLSearchParams(query))],
    ['GET', /^\/instances\/[^/]+\/history$/, () => ({ json: HISTORY })],
    ['POST', /^\/instances\/[^/]+\/cancel$/, () => this.#cancel()],
    ['POST', /^\/instances\/[^/]+\/incidents\/[^/]+\/resolve$/, (body) => this.#resolve(body)],
    ['GET', /^\/instances\/([^/]+)$/, (_, [, id]) => this.#instance(id)],
  ];

  async start(): Promise<string> {
    const server = createServer((request, response) => void this.#serve(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  #instances(): Instance[] {
    return [this.#waiting, ...others(), DONE].toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  }

  #list(query: URLSearchParams): Answer {
    const matching = this.#instances().filter(
      ({ status, processId }) =>
        status === (query.get('status') ?? status) && processId === (query.get('processId') ?? processId),
    );
    return { json: { items: matching, cursor: null } };
  }

  #instance(id: string | undefined): Answer {
    const found = this.#instances().find((instance) => instance.id === id);
    return found ? { json: found } : { status: 404, json: { title: 'Not found', status: 404 } };
  }

  #resolve(body: string): Answer {
    this.resolutions.push(JSON.parse(body));
    this.#waiting = { ...this.#waiting, status: 'active', incidents: [] };
    return { status: 202, json: {} };
  }

  #start(processId: string | undefined, body: string): Answer {
    this.started.push(JSON.parse(body));
    return { status: 201, json: { id: WAITING.id, processId, version: 3 } };
  }

  #cancel(): Answer {
    this.#waiting = { ...this.#waiting, status: 'cancelled', endedAt: minutesAgo(0), waiting: [], incidents: [] };
    return { status: 202, json: {} };
  }

  #deploy(body: string): Answer {
    if (this.refuses) {
      const problem = { title: 'The process cannot be compiled', status: 422, code: 'refused' };
      return { status: 422, json: { ...problem, errors: DIAGNOSTICS } };
    }
    this.deployed.push(body);
    const process = { id: 'loan', version: 4, machines: ['loan'], report: REPORT };
    return { status: 201, json: { deploymentId: 'd-1', processes: [process], diagnostics: [] } };
  }

  #answer(request: IncomingMessage, path: string, query: string, body: string): Answer | null {
    if (path === '/_local/users') {
      const operator = { user: 'operator', name: 'Olga Operator', groups: ['operators'] };
      const clerk = { user: 'clerk', name: 'Karol Clerk', groups: ['back-office'] };
      return { json: { items: [operator, clerk] } };
    }
    if (path === '/_local/token') return { json: { token: TOKEN } };
    const route = this.#routes.find(([method, pattern]) => method === request.method && pattern.test(path));
    if (!route) return null;
    if (this.expired || request.headers.authorization !== `Bearer ${TOKEN}`) {
      return { status: 401, json: { title: 'Unauthorized', status: 401 } };
    }
    const captured = route[1].exec(path)?.slice(1) ?? [];
    return route[2](body, [query, ...captured]);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '/', query = ''] = (request.url ?? '/').split('?');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const answer = this.#answer(request, path, query, Buffer.concat(chunks).toString());
    if (answer) {
      response.writeHead(answer.status ?? 200, {
        'Content-Type': answer.xml ? 'application/xml' : 'application/json',
      });
      response.end(answer.xml ?? JSON.stringify(answer.json));
    } else await this.#file(path, response);
  }

  async #file(path: string, response: ServerResponse): Promise<void> {
    try {
      const file = join(DIST, path === '/' ? 'index.html' : path);
      const content = await readFile(file);
      response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
      response.end(content);
    } catch {
      this.foreignPaths.push(path);
      response.writeHead(404).end();
    }
  }
}
