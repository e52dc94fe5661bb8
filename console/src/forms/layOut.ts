// What of a form is on the page, given what is filled in: hidden components left out, texts said, choices read.
// The rules are those of the platform (docs/forms.md): conditions do not see the values of hidden fields.
import { feel, type Names, say } from './feel';
import { inside, valueAt, withValue } from './paths';
import { type Component, type Form, isChoice, isInput, type Text, textIn } from './schema';

export interface Choice {
  value: unknown;
  label: string;
}

/** A component as it is shown. `path` names the field; `rows` are those of a repeated list. */
export interface Shown {
  id: string;
  component: Component;
  path: string;
  value: unknown;
  label: string;
  description: string;
  text: string;
  readOnly: boolean;
  required: boolean;
  choices: Choice[];
  names: Names;
  children: Shown[];
  rows: Shown[][];
}

interface Given {
  form: Form;
  /** What is filled in. */
  values: Names;
  /** What the task came with. */
  variables: Names;
  language: string;
  /** Fields that the platform finds wrong are shown even if a condition hides them here. */
  wrong: ReadonlySet<string>;
}

class LayOut {
  readonly #given: Given;
  /** All values, over the variables; those of hidden fields are taken out as they are met. */
  #scope: Names;

  constructor(given: Given) {
    this.#given = given;
    this.#scope = merged(given.variables, given.values);
  }

  all(): Shown[] {
    const components = this.#given.form.components ?? [];
    this.#list(components, '', false);
    return this.#list(components, '', false);
  }

  #list(components: Component[], path: string, hidden: boolean): Shown[] {
    return components.flatMap((component, index) => this.#one(component, index, path, hidden) ?? []);
  }

  #one(component: Component, index: number, around: string, hiddenAround: boolean): Shown | null {
    const scope = this.#namesAt(around);
    const path = this.#pathOf(component, around);
    const hidden = (hiddenAround || this.#hides(component, scope)) && !this.#isWrong(path);
    this.#settle(component, path, scope, hidden);
    const children = component.type === 'group' ? this.#list(component.components ?? [], path, hidden) : [];
    if (hidden && children.length === 0) return null;
    const rows = component.type === 'dynamiclist' ? this.#rows(component, path) : [];
    const id = component.id ?? `${path || component.type}-${index}`;
    return { ...this.#shown(component, scope, path), id, children, rows };
  }

  #hides(component: Component, scope: Names): boolean {
    const condition = component.conditional?.hide?.trim();
    return condition ? feel(condition, scope) === true : false;
  }

  /** What the scope holds of the component: hidden fields fall back to the task's variables. */
  #settle(component: Component, path: string, scope: Names, hidden: boolean): void {
    const isField = isInput(component) || component.type === 'dynamiclist';
    if (isField && hidden) this.#put(path, valueAt(this.#given.variables, path));
    if (component.type === 'expression' && !hidden) this.#put(path, feel(component.expression ?? '', scope));
  }

  #shown(component: Component, scope: Names, path: string): Omit<Shown, 'id' | 'children' | 'rows'> {
    const words = (text: Text | undefined) => say(textIn(text, this.#given.language), scope);
    const { readonly: fixed } = component;
    return {
      component,
      path,
      value: path ? valueAt(this.#scope, path) : undefined,
      label: words(component.label),
      description: words(component.description),
      text: words(component.type === 'html' ? component.content : component.text),
      readOnly: component.disabled === true || (typeof fixed === 'string' ? feel(fixed, scope) === true : fixed === true),
      required: component.validate?.required === true,
      choices: isChoice(component) ? this.#choices(component, scope, words) : [],
      names: scope,
    };
  }

  #rows(component: Component, path: string): Shown[][] {
    const rows = valueAt(this.#scope, path);
    if (!Array.isArray(rows)) return [];
    return rows.map((_, number) => this.#list(component.components ?? [], inside(path, String(number)), false));
  }

  #choices(component: Component, scope: Names, words: (text: Text | undefined) => string): Choice[] {
    const expression = component.valuesExpression || component.valuesKey;
    const found = expression ? feel(expression, scope) : component.values;
    return (Array.isArray(found) ? found : []).map((one: unknown) => {
      const option = typeof one === 'object' && one !== null ? (one as { value?: unknown; label?: Text }) : { value: one };
      return { value: option.value, label: words(option.label) || String(option.value) };
    });
  }

  #pathOf(component: Component, around: string): string {
    const name = component.type === 'group' || component.type === 'dynamiclist' ? component.path : component.key;
    return name ? inside(around, name) : component.type === 'group' ? around : '';
  }

  /** A nested place sees its own names first. */
  #namesAt(path: string): Names {
    const own = path ? valueAt(this.#scope, path) : undefined;
    return typeof own === 'object' && own !== null ? { ...this.#scope, ...(own as Names) } : this.#scope;
  }

  #put(path: string, value: unknown): void {
    if (!path) return;
    this.#scope = withValue(this.#scope, path, value ?? null);
  }

  #isWrong(path: string): boolean {
    if (!path) return false;
    return [...this.#given.wrong].some((wrong) => wrong === path || wrong.startsWith(`${path}.`));
  }
}

function merged(under: Names, over: Names): Names {
  const both: Names = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const before = both[name];
    both[name] = isPlain(before) && isPlain(value) ? merged(before, value) : value;
  }
  return both;
}

function isPlain(value: unknown): value is Names {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first pass takes out the values of hidden fields, so that no condition reads them in the second. */
export function layOut(given: Given): Shown[] {
  return new LayOut(given).all();
}
