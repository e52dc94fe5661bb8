// What a form begins with, and what of it is sent.
import { feel, type Names } from './feel';
import type { Shown } from './layOut';
import { inside, valueAt, withValue } from './paths';
import { type Component, type Form, isInput, isMany } from './schema';

/** The fields' values at first: what the task came with, else their defaults. */
export function initialValues(form: Form, variables: Names): Names {
  let values: Names = {};
  const visit = (components: Component[], path: string): void => {
    for (const component of components) {
      if (component.type === 'group') visit(component.components ?? [], component.path ? inside(path, component.path) : path);
      const name = component.type === 'dynamiclist' ? component.path : isInput(component) ? component.key : undefined;
      if (!name) continue;
      const at = inside(path, name);
      const value = valueAt(variables, at) ?? defaultOf(component, variables);
      if (value !== undefined) values = withValue(values, at, value);
    }
  };
  visit(form.components ?? [], '');
  return values;
}

function defaultOf(component: Component, variables: Names): unknown {
  if (component.defaultExpression) return feel(component.defaultExpression, variables) ?? undefined;
  if (component.defaultValue !== undefined && component.defaultValue !== null) return component.defaultValue;
  return component.type === 'checkbox' ? false : component.type === 'dynamiclist' ? [] : undefined;
}

/** The values to send: of every field on the page that can be changed; null for what was left empty. */
export function submission(shown: Shown[]): Names {
  let values: Names = {};
  for (const { path, value } of fieldsOf(shown)) values = withValue(values, path, value);
  return values;
}

function* fieldsOf(shown: Shown[]): Generator<{ path: string; value: unknown }> {
  for (const one of shown) {
    yield* fieldsOf(one.children);
    if (one.readOnly) continue;
    if (one.component.type === 'dynamiclist') {
      yield { path: one.path, value: one.rows.map(() => ({})) };
      for (const row of one.rows) yield* fieldsOf(row);
    } else if (isInput(one.component) && one.path) {
      yield { path: one.path, value: clean(one) };
    }
  }
}

function clean({ component, value }: Shown): unknown {
  if (component.type === 'checkbox') return value === true;
  if (isMany(component)) return Array.isArray(value) ? value : [];
  if (value === undefined || value === '') return null;
  return component.type === 'number' ? cleanNumber(component, value) : value;
}

/** What is no number is sent as it was typed, so that the platform says what is wrong with it. */
function cleanNumber(component: Component, value: unknown): unknown {
  if (component.serializeToString || value === null) return value === null ? null : String(value);
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}
