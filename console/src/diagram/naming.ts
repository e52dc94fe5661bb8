// How elements are called in words: by their own name, else by their type. Pure.
import { messages } from '../messages';
import type { DrawnElement } from './viewer';

/** `userTask` (as history has it) or `UserTask` (as the diagram has it) in words. */
export function typeWords(type: string): string {
  const key = type.charAt(0).toLowerCase() + type.slice(1);
  return messages.elementTypes[key] ?? type;
}

export type Elements = ReadonlyMap<string, DrawnElement>;

export const NO_ELEMENTS: Elements = new Map();

export function elementName(elements: Elements, id: string): string {
  const element = elements.get(id);
  if (!element) return id;
  return element.name || typeWords(element.type) || id;
}
