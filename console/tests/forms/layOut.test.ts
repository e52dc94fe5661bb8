import { describe, expect, test } from 'vitest';
import type { Names } from '../../src/forms/feel';
import { layOut, type Shown } from '../../src/forms/layOut';
import type { Component } from '../../src/forms/schema';
import { initialValues, submission } from '../../src/forms/values';

const text = (key: string, more: Partial<Component> = {}): Component => ({ type: 'textfield', key, ...more });

function shownOf(components: Component[], values: Names, variables: Names = {}, wrong: string[] = []): Shown[] {
  return layOut({ form: { components }, values, variables, language: 'pl', wrong: new Set(wrong) });
}

const sent = (components: Component[], values: Names, variables: Names = {}) =>
  submission(shownOf(components, values, variables));

const hidden = (key: string, hide: string) => text(key, { conditional: { hide } });

describe('what is shown', () => {
  test('no condition sees the value of a field that is hidden itself', () => {
    const components = [hidden('other', '=purpose != "other"'), hidden('more', '=other = "boat"'), text('purpose')];
    const shown = shownOf(components, { purpose: 'car', other: 'boat' });
    expect(shown.map(({ path }) => path)).toEqual(['more', 'purpose']);
  });

  test('a group hides what is in it, and names within it come first', () => {
    const street = hidden('street', '=city = "Łódź"');
    const group = { type: 'group', path: 'address', components: [text('city'), street] };
    const [address] = shownOf([group], { city: 'Łódź', address: { city: 'Kraków' } });
    expect(address?.children.map(({ path }) => path)).toEqual(['address.city', 'address.street']);
    expect(shownOf([{ ...group, conditional: { hide: '=true' } }], {})).toEqual([]);
  });

  test('a field that the platform finds wrong is shown, whatever hides it here', () => {
    const group = { type: 'group', conditional: { hide: '=true' }, components: [text('name')] };
    const [shown] = shownOf([group], {}, {}, ['name']);
    expect(shown?.children.map(({ path }) => path)).toEqual(['name']);
  });

  test('texts are said in the language, with what is filled in; what is no FEEL stays away', () => {
    const [one, two] = shownOf(
      [
        { type: 'text', text: { en: 'x', pl: 'Razem {{ amount * 2 }} zł{{ 1 + }}' } },
        text('a', { label: '="Pan " + name' }),
      ],
      { amount: 5 },
      { name: 'Jan' },
    );
    expect([one?.text, two?.label]).toEqual(['Razem 10 zł', 'Pan Jan']);
  });

  test('choices come from the form, from a variable, and from FEEL', () => {
    const choices = (more: Partial<Component>) =>
      shownOf([{ type: 'select', key: 'a', ...more }], {}, { banks: ['PKO', { value: 2, label: 'ING' }] })[0]?.choices;
    expect(choices({ values: [{ value: true, label: { pl: 'Tak' } }] })).toEqual([{ value: true, label: 'Tak' }]);
    expect(choices({ valuesKey: 'banks' })).toEqual([{ value: 'PKO', label: 'PKO' }, { value: 2, label: 'ING' }]);
    expect(choices({ valuesExpression: '=for n in 1..2 return n' })?.map(({ value }) => value)).toEqual([1, 2]);
  });
});

describe('what is sent', () => {
  test('every field that is shown and may be changed, null for what is empty', () => {
    const components = [
      text('name'),
      text('note'),
      text('fixed', { readonly: '=name = "Jan"' }),
      hidden('other', '=true'),
      { type: 'checkbox', key: 'agreed' },
      { type: 'checklist', key: 'many', values: [{ value: 1 }] },
      { type: 'expression', key: 'sum', expression: '=1' },
    ];
    expect(sent(components, { name: 'Jan', note: '', fixed: 'x', other: 'y' })).toEqual({
      name: 'Jan',
      note: null,
      agreed: false,
      many: [],
    });
  });

  test('numbers as numbers, or as the texts that the form asks for; no number as it was typed', () => {
    const number = (more: Partial<Component> = {}) => [{ type: 'number', key: 'n', ...more }];
    expect(sent(number(), { n: '12.5' })).toEqual({ n: 12.5 });
    expect(sent(number({ serializeToString: true }), { n: 12.5 })).toEqual({ n: '12.5' });
    expect(sent(number(), { n: '-' })).toEqual({ n: '-' });
    expect(sent(number(), { n: '' })).toEqual({ n: null });
  });

  test('rows of a list, each with its own fields, and an empty list too', () => {
    const list = { type: 'dynamiclist', path: 'children', components: [text('name'), hidden('school', '=age < 7')] };
    const rows = [{ name: 'A', age: 3, school: 'x' }, { name: 'B', age: 9, school: 'y' }];
    expect(sent([list], { children: rows })).toEqual({ children: [{ name: 'A' }, { name: 'B', school: 'y' }] });
    expect(sent([list], { children: [] })).toEqual({ children: [] });
  });
});

test('a form begins with what the task came with, else with its defaults', () => {
  const components: Component[] = [
    text('a', { defaultValue: 'x' }),
    text('b', { defaultValue: 'x' }),
    text('c', { defaultExpression: '=a + "!"' }),
    { type: 'group', path: 'g', components: [text('d', { defaultValue: 1 })] },
    { type: 'dynamiclist', path: 'l', components: [] },
  ];
  expect(initialValues({ components }, { a: 'y' })).toEqual({ a: 'y', b: 'x', c: 'y!', g: { d: 1 }, l: [] });
});
