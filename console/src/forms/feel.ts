// FEEL in the browser: for what is shown. What counts is computed by the platform when the form is sent.
import { evaluate } from 'feelin';

export type Names = Record<string, unknown>;

/** The value of an expression, with or without the `=` that marks it; null for whatever cannot be evaluated. */
export function feel(expression: string, names: Names): unknown {
  try {
    return evaluate(expression.replace(/^\s*=/, ''), names).value;
  } catch {
    return null;
  }
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A text with its expressions filled in: all of it after a leading `=`, else what stands in `{{ }}`. */
export function say(text: string, names: Names): string {
  if (text.startsWith('=')) return asText(feel(text, names));
  return text.replaceAll(/{{(.*?)}}/gs, (_, expression: string) => asText(feel(expression, names)));
}
