// A list whose rows people add and remove.
import { Button, Group, Input, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { fieldId } from './Field';
import type { FormContext } from './FormView';
import classes from './FormView.module.css';
import type { Shown } from './layOut';

interface RowListProps {
  shown: Shown;
  context: FormContext;
  children: (row: Shown[]) => ReactNode;
}

export function RowList({ shown, context, children }: RowListProps) {
  const { words, onChange, errors } = context;
  const rows = Array.isArray(shown.value) ? (shown.value as unknown[]) : [];
  const wrong = errors.get(shown.path);
  return (
    <fieldset className={classes.group} id={fieldId(shown.path)}>
      {shown.label && <legend className={classes.legend}>{shown.label}</legend>}
      <Stack>
        {shown.rows.map((row, number) => (
          // Rows have no identity but their place: what is in them comes from the values alone.
          <div key={fieldId(`${shown.path}.${String(number)}`)} className={classes.listRow}>
            {children(row)}
            {!shown.readOnly && (
              <Group justify="flex-end" mt="sm">
                <Button
                  size="xs"
                  variant="default"
                  onClick={() => onChange(shown.path, rows.filter((_, other) => other !== number))}
                >
                  {words.removeRow(number + 1)}
                </Button>
              </Group>
            )}
          </div>
        ))}
        {wrong && <Input.Error>{wrong}</Input.Error>}
        {!shown.readOnly && (
          <Group>
            <Button variant="default" onClick={() => onChange(shown.path, [...rows, {}])}>
              {words.addRow}
            </Button>
          </Group>
        )}
      </Stack>
    </fieldset>
  );
}
