// The compile report: key figures, and the cost of each path where there are several.
import { SimpleGrid, Stack, Table, Text } from '@mantine/core';
import type { CompileReport, ReportedPath } from '../api/types';
import { formatCount, formatDollars } from '../format';
import { messages } from '../messages';
import classes from './ReportFigures.module.css';
import { comparedPaths, type Figure, keyFigures } from './report';

const words = messages.report;

function FigureTile({ label, value }: Figure) {
  return (
    <div className={classes.tile}>
      <dt>{label}</dt>
      <dd className="numeric">{value}</dd>
    </div>
  );
}

function PathTable({ paths }: { paths: ReportedPath[] }) {
  return (
    <Table.ScrollContainer minWidth={380}>
      <Table className="numeric" aria-label={words.paths} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.path}</Table.Th>
            <Table.Th ta="right">{words.transitions}</Table.Th>
            <Table.Th ta="right">{words.lambdaCalls}</Table.Th>
            <Table.Th ta="right">{words.dollarsPer1000}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {paths.map((path) => (
            <Table.Tr key={path.name}>
              <Table.Td>{path.name}</Table.Td>
              <Table.Td ta="right">{formatCount(path.transitions)}</Table.Td>
              <Table.Td ta="right">{formatCount(path.lambdaCalls)}</Table.Td>
              <Table.Td ta="right">{formatDollars(path.dollarsPer1000)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

export function ReportFigures({ report }: { report: CompileReport }) {
  const figures = keyFigures(report);
  const paths = comparedPaths(report);
  if (figures.length === 0) return null;
  return (
    <Stack gap="md">
      <SimpleGrid component="dl" cols={{ base: 2, sm: figures.length }} spacing="sm" m={0}>
        {figures.map((figure) => (
          <FigureTile key={figure.label} {...figure} />
        ))}
      </SimpleGrid>
      {paths.length > 0 && (
        <>
          <Text size="sm" fw={600}>
            {words.paths}
          </Text>
          <PathTable paths={paths} />
        </>
      )}
    </Stack>
  );
}
