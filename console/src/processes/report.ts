// The compile report as figures and rows to show. Pure.
import type { CompileReport, ReportedPath } from '../api/types';
import { formatCount, formatDollars } from '../format';
import { messages } from '../messages';

export interface Figure {
  label: string;
  value: string;
}

export interface PathRow {
  name: string;
  /** The elements on the way, by name. */
  steps: string[];
  figures: Figure[];
}

type NameOf = (elementId: string) => string;

const words = messages.report;

/** A figure that the report does not hold is left out, not shown as zero. */
function figure(label: string, value: number | undefined, format: (value: number) => string): Figure[] {
  return value === undefined ? [] : [{ label, value: format(value) }];
}

function pathFigures(path: ReportedPath): Figure[] {
  return [
    ...figure(words.transitions, path.transitions, formatCount),
    ...figure(words.lambdaCalls, path.lambdaCalls, formatCount),
    ...figure(words.dollars, path.dollarsPerThousand, formatDollars),
  ];
}

/** How many states there are, and what the happy path costs. */
export function keyFigures(report: CompileReport): Figure[] {
  const [happy] = report.paths;
  return [...figure(words.states, report.states, formatCount), ...(happy ? pathFigures(happy) : [])];
}

function elementByState(report: CompileReport): Map<string, string> {
  return new Map(Object.entries(report.elements).flatMap(([id, states]) => states.map((state) => [state, id])));
}

/** Worth comparing only where there is more than one way through. */
export function pathRows(report: CompileReport, nameOf: NameOf): PathRow[] {
  if (report.paths.length < 2) return [];
  const elements = elementByState(report);
  return report.paths.map((path, index) => ({
    name: index === 0 ? words.happyPath : words.pathNumber(index + 1),
    steps: [...new Set(path.states.map((state) => nameOf(elements.get(state) ?? state)))],
    figures: pathFigures(path),
  }));
}
