// How elements are called in words: by their own name, else by their type. Pure.
import { messages } from '../messages';

/** `userTask` (as history has it) or `UserTask` (as the diagram has it) in words. */
export function typeWords(type: string): string {
  const key = type.charAt(0).toLowerCase() + type.slice(1);
  return messages.elementTypes[key] ?? type;
}

export function elementName(element: { name: string; type: string } | undefined, id: string): string {
  if (!element) return id;
  return element.name || typeWords(element.type) || id;
}
