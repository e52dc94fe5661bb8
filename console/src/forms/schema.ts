// A form as the platform sends it: form-js JSON and more, see docs/forms.md. Properties that nothing here reads are
// left out.

/** Text, or text by language. */
export type Text = string | Record<string, string>;

export interface Option {
  value: unknown;
  label?: Text;
}

export interface Component {
  type: string;
  id?: string;
  key?: string;
  path?: string;
  label?: Text;
  description?: Text;
  text?: Text;
  content?: Text;
  components?: Component[];
  validate?: { required?: boolean; maxLength?: number; validationType?: string };
  conditional?: { hide?: string };
  disabled?: boolean;
  readonly?: boolean | string;
  values?: Option[];
  valuesKey?: string;
  valuesExpression?: string;
  defaultValue?: unknown;
  defaultExpression?: string;
  expression?: string;
  decimalDigits?: number;
  serializeToString?: boolean;
  subtype?: 'date' | 'time' | 'datetime';
  appearance?: { prefixAdorner?: string; suffixAdorner?: string };
  layout?: { row?: string; columns?: number | null };
  source?: string;
  alt?: Text;
  url?: string;
  dataSource?: string;
  columns?: { key: string; label?: Text }[];
  action?: string;
}

export interface Form {
  components?: Component[];
}

const CHOICES = new Set(['radio', 'select', 'checklist', 'taglist']);
const TYPED = new Set(['textfield', 'textarea', 'number', 'checkbox', 'datetime', 'filepicker', 'signature']);

export const isChoice = (component: Component): boolean => CHOICES.has(component.type);
/** Whether people fill it in. */
export const isInput = (component: Component): boolean => isChoice(component) || TYPED.has(component.type);
/** Whether its value is a list of those chosen. */
export const isMany = ({ type }: Component): boolean => type === 'checklist' || type === 'taglist';

/** The text in a language; in English, or in what there is, where it has none. */
export function textIn(text: Text | undefined, language: string): string {
  if (text === undefined || typeof text === 'string') return text ?? '';
  return text[language] ?? text['en'] ?? Object.values(text)[0] ?? '';
}
