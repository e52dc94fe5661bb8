// A table whose rows open something. The first cell holds the link; the whole row follows it on click.
import { Table } from '@mantine/core';
import { type ColumnDef, type RowData, tableFeatures, useTable } from '@tanstack/react-table';
import type { MouseEvent } from 'react';
import { navigate } from '../routes';
import classes from './DataTable.module.css';

const features = tableFeatures({});

export type Column<Row extends RowData> = ColumnDef<typeof features, Row>;

interface DataTableProps<Row extends RowData> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  rowId: (row: Row) => string;
  rowHref: (row: Row) => string;
  /** Columns that a narrow screen leaves out. */
  wideOnly: readonly string[];
}

function follow(event: MouseEvent, href: string): void {
  const onLink = (event.target as HTMLElement).closest('a, button');
  const selecting = window.getSelection()?.isCollapsed === false;
  if (!onLink && !selecting) navigate(href);
}

export function DataTable<Row extends RowData>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowId, rowHref, wideOnly } = props;
  const table = useTable({ features, columns, data: rows, getRowId: rowId });
  const hidden = (id: string) => (wideOnly.includes(id) ? classes.wide : undefined);
  return (
    <Table aria-label={label} className={classes.table} verticalSpacing="sm" horizontalSpacing="lg">
      <Table.Thead>
        {table.getHeaderGroups().map((group) => (
          <Table.Tr key={group.id}>
            {group.headers.map((header) => (
              <Table.Th key={header.id} className={hidden(header.column.id)}>
                <table.FlexRender header={header} />
              </Table.Th>
            ))}
          </Table.Tr>
        ))}
      </Table.Thead>
      <Table.Tbody>
        {table.getRowModel().rows.map((row) => (
          <Table.Tr key={row.id} onClick={(event) => follow(event, rowHref(row.original))}>
            {row.getAllCells().map((cell) => (
              <Table.Td key={cell.id} className={hidden(cell.column.id)}>
                <table.FlexRender cell={cell} />
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
