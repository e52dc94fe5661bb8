// Which of the files that were dropped or chosen are deployed. Pure.
import { messages } from '../messages';

interface Named {
  name: string;
}

/** One BPMN file, with the decisions, forms and document templates that it refers to. */
export interface Bundle<File extends Named> {
  bpmn: File;
  companions: File[];
}

const BPMN = /\.(bpmn|xml)$/i;
const COMPANION = /\.(dmn|form|json|html)$/i;

export function chooseFiles<File extends Named>(files: readonly File[]): Bundle<File> | { problem: string } {
  const foreign = files.find(({ name }) => !BPMN.test(name) && !COMPANION.test(name));
  if (foreign) return { problem: messages.deploy.foreign(foreign.name) };
  const [bpmn, ...others] = files.filter(({ name }) => BPMN.test(name));
  if (!bpmn || others.length > 0) return { problem: messages.deploy.one };
  return { bpmn, companions: files.filter(({ name }) => COMPANION.test(name)) };
}
