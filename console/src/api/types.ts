// The shapes of the platform's API under the names that the console uses. They are generated from docs/openapi.json
// each time the types are checked (`npm run typecheck`), so whatever no longer fits the API fails there.
// By hand is only what the API leaves open.
import type { components } from './openapi';

type Shapes = components['schemas'];

export type Process = Shapes['ProcessItem'];
export type InstanceSummary = Shapes['InstanceItem'];
export type Instance = Shapes['Instance'];
export type InstanceStatus = Instance['status'];
export type Variables = Instance['variables'];
export type WaitingPoint = Shapes['Waiting'];
export type Incident = Shapes['Incident'];
export type DocumentSummary = Shapes['DocumentItem'];
export type DocumentLink = Shapes['Document'];
export type History = Shapes['History'];
export type HistoryItem = Shapes['ElementHistory'];
export type ElementState = HistoryItem['state'];
export type FlowCount = Shapes['FlowCount'];
export type Task = Shapes['Task'];
export type TaskSummary = Shapes['TaskItem'];
export type Offer = Shapes['Offer'];
export type Diagnostic = Shapes['Finding'];
export type Severity = Diagnostic['severity'];
/** A platform that fails, or something between it and the page, may leave out any of it. */
export type ProblemBody = Partial<Shapes['Problem']>;

type Request<Shape, Needed extends keyof Shape> = Pick<Shape, Needed> & Partial<Shape>;
export type InstanceStart = Partial<Shapes['StartInstance']>;
export type StartedInstance = Shapes['StartedInstance'];
export type Resolution = Request<Shapes['ResolveIncident'], 'action'>;

export interface Page<Item> {
  items: Item[];
  cursor: string | null;
}

/** The local platform's alone. */
export interface DemoUser {
  user: string;
  name: string;
  groups: string[];
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

export type DeployedProcess = Omit<Shapes['DeployedProcess'], 'report'> & { report: CompileReport };
export type Deployment = Omit<Shapes['Deployment'], 'processes'> & { processes: DeployedProcess[] };
