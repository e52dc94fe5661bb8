// Shapes that the platform's HTTP API sends and takes, as the console uses them.
// Times are ISO 8601 with zone. Nothing here computes.

export interface Page<Item> {
  items: Item[];
  cursor?: string | null;
}

export interface DemoUser {
  user: string;
  name: string;
  groups: string[];
}

export interface ProcessCounts {
  active?: number;
  incident?: number;
  completed?: number;
}

export interface Process {
  id: string;
  name?: string | null;
  version: number;
  deployedAt?: string | null;
  versions?: number[] | null;
  counts?: ProcessCounts | null;
}

/** What one way through the process costs; `states` are those passed, in order. */
export interface ReportedPath {
  states: string[];
  transitions: number;
  events: number;
  lambdaCalls: number;
  dollarsPerThousand: number;
}

export interface CompileReport {
  states: number;
  /** Element id -> the states that it became. */
  elements: Record<string, string[]>;
  /** The first one is the happy path. */
  paths: ReportedPath[];
}

export type InstanceStatus = 'active' | 'completed' | 'failed' | 'cancelled' | 'incident';

export interface InstanceSummary {
  id: string;
  processId: string;
  version: number;
  businessKey?: string | null;
  status: InstanceStatus;
  startedAt: string;
  endedAt?: string | null;
  parentId?: string | null;
}

export type Variables = Record<string, unknown>;

export interface WaitingPoint {
  elementId: string;
  kind: string;
  since: string;
  detail?: Record<string, unknown>;
}

export interface Incident {
  id: string;
  elementId: string;
  error: string;
  cause?: string | null;
  since: string;
}

export interface Instance extends InstanceSummary {
  variables: Variables;
  waiting: WaitingPoint[];
  incidents: Incident[];
}

export type ElementState = 'active' | 'completed' | 'cancelled' | 'failed';

export interface HistoryItem {
  elementId: string;
  elementType: string;
  elementName?: string;
  state: ElementState;
  startedAt: string;
  endedAt?: string | null;
  /** Counts passages of the same element, from 1. */
  iteration?: number;
}

export interface FlowCount {
  flowId: string;
  count: number;
}

export interface History {
  items: HistoryItem[];
  flows: FlowCount[];
}

export type Severity = 'error' | 'warning' | 'info';

export interface Diagnostic {
  code: string;
  severity: Severity;
  elementId?: string | null;
  line?: number | null;
  /** Which of several files it is about. */
  file?: string | null;
  message: string;
}

export interface DeployedProcess {
  id: string;
  version: number;
  machines?: unknown[];
  report?: CompileReport;
}

export interface Deployment {
  deploymentId: string;
  processes: DeployedProcess[];
  diagnostics: Diagnostic[];
}

/** An RFC 9457 problem; a refused deployment lists its diagnostics in `errors`. */
export interface ProblemBody {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  errors?: Diagnostic[];
}

export interface Resolution {
  action: 'retry' | 'skip';
  variables?: Variables;
  output?: Variables;
}
