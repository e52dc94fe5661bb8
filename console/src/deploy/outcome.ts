// What came of a deployment: deployed, refused with diagnostics, or failed for another reason.
import { Problem } from '../api/http';
import type { Deployment, Diagnostic } from '../api/types';

interface Sent {
  fileName: string;
  xml: string;
}

export interface Compiling extends Sent {
  kind: 'compiling';
}

export interface Deployed extends Sent {
  kind: 'deployed';
  deployment: Deployment;
}

export interface Refused extends Sent {
  kind: 'refused';
  diagnostics: Diagnostic[];
}

export interface Failed extends Sent {
  kind: 'failed';
  error: Error;
}

export type Outcome = Compiling | Deployed | Refused | Failed;

/** A 422 that lists diagnostics is a refusal; everything else is a failure of the request. */
export function refusalOf(error: Error, fileName: string, xml: string): Refused | Failed {
  const diagnostics = error instanceof Problem && error.status === 422 ? error.body.errors : undefined;
  if (!diagnostics?.length) return { kind: 'failed', fileName, xml, error };
  return { kind: 'refused', fileName, xml, diagnostics };
}
