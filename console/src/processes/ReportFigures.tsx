// The compile report: key figures, and the cost of each path where there are several.
import { SimpleGrid, Stack, Table, Text } from '@mantine/core';
import type { CompileReport } from '../api/types';
import { messages } from '../messages';
import classes from './ReportFigures.module.css';
import { type Figure, keyFigures, type PathRow, pathRows } from './report';

const words = messages.report;

interface ReportFiguresProps {
  report: CompileReport;
  nameOf: (elementId: string) => string;
}

function FigureTile({ label, value }: Figure) {
  return (
    <div className={classes.tile}>
      <dt>{label}</dt>
      <dd className="numeric">{value}</dd>
    </div>
  );
}

function PathTable({ paths }: { paths: PathRow[] }) {
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table aria-label={words.paths} verticalSpacing="xs" className={classes.paths}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.path}</Table.Th>
            {paths[0]?.figures.map(({ label }) => (
              <Table.Th key={label}>{label}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {paths.map(({ name, steps, figures }) => (
            <Table.Tr key={name}>
              <Table.Td>
                {name}
                <Text size="xs" c="dimmed">
                  {steps.join(' → ')}
                </Text>
              </Table.Td>
              {figures.map(({ label, value }) => (
                <Table.Td key={label} className="numeric">
                  {value}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

export function ReportFigures({ report, nameOf }: ReportFiguresProps) {
  const figures = keyFigures(report);
  const paths = pathRows(report, nameOf);
  return (
    <Stack gap="md">
      <SimpleGrid component="dl" cols={{ base: 2, sm: figures.length }} spacing="sm" m={0}>
        {figures.map((figure) => (
          <FigureTile key={figure.label} {...figure} />
        ))}
      </SimpleGrid>
      {paths.length > 0 && <PathTable paths={paths} />}
    </Stack>
  );
}
