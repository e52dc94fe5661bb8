// Draws a form that is laid out. Whoever uses it keeps the values and says what is wrong with them.
import type { CSSProperties, ReactNode } from 'react';
import classes from './FormView.module.css';
import { Field } from './Field';
import type { Shown } from './layOut';
import { Presentation } from './Presentation';
import { RowList } from './RowList';
import { isInput } from './schema';

export interface FormWords {
  choose: string;
  addRow: string;
  removeRow: (number: number) => string;
  open: string;
  noFiles: string;
  yes: string;
  no: string;
}

export interface FormContext {
  words: FormWords;
  /** A tag of BCP 47. */
  language: string;
  /** What is wrong with a field, by its path. */
  errors: ReadonlyMap<string, string>;
  onChange: (path: string, value: unknown) => void;
}

const COLUMNS = 16;

/** Components that stand in one row of the form, in the order of the form. */
function inRows(shown: Shown[]): Shown[][] {
  const rows: Shown[][] = [];
  for (const one of shown) {
    const row = one.component.layout?.row;
    const last = rows.at(-1);
    if (row && last?.[0]?.component.layout?.row === row) last.push(one);
    else rows.push([one]);
  }
  return rows;
}

function columnsOf(one: Shown, row: Shown[]): number {
  const given = one.component.layout?.columns ?? Math.floor(COLUMNS / row.length);
  return Math.min(COLUMNS, Math.max(1, given));
}

function Group({ shown, context }: { shown: Shown; context: FormContext }) {
  return (
    <fieldset className={classes.group}>
      {shown.label && <legend className={classes.legend}>{shown.label}</legend>}
      <FormView shown={shown.children} context={context} />
    </fieldset>
  );
}

function One({ shown, context }: { shown: Shown; context: FormContext }): ReactNode {
  if (shown.component.type === 'group') return <Group shown={shown} context={context} />;
  if (shown.component.type === 'dynamiclist') {
    return (
      <RowList shown={shown} context={context}>
        {(row) => <FormView shown={row} context={context} />}
      </RowList>
    );
  }
  if (isInput(shown.component)) return <Field shown={shown} context={context} />;
  return <Presentation shown={shown} context={context} />;
}

export function FormView({ shown, context }: { shown: Shown[]; context: FormContext }) {
  return (
    <div className={classes.form}>
      {inRows(shown).map((row) => (
        <div key={row[0]?.id} className={classes.row}>
          {row.map((one) => (
            <div key={one.id} className={classes.cell} style={{ '--columns': columnsOf(one, row) } as CSSProperties}>
              <One shown={one} context={context} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
