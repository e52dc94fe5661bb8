// Which of the files that were dropped or chosen is deployed. Pure.
import { messages } from '../messages';

type Choice<Named> = { file: Named } | { problem: string };

export function chooseFile<Named extends { name: string }>(files: readonly Named[]): Choice<Named> {
  const [file, ...others] = files;
  if (!file || others.length > 0) return { problem: messages.deploy.one };
  if (!/\.(bpmn|xml|bpmn20\.xml)$/i.test(file.name)) return { problem: messages.deploy.notBpmn(file.name) };
  return { file };
}
