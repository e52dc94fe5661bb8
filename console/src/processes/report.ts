// The compile report's key figures, as label and words. Pure.
import type { CompileReport, PathCost, ReportedPath } from '../api/types';
import { formatCount, formatDollars } from '../format';
import { messages } from '../messages';

export interface Figure {
  label: string;
  value: string;
}

const words = messages.report;

function figure(label: string, value: number | undefined, format: (value: number) => string): Figure[] {
  return value === undefined || value === null ? [] : [{ label, value: format(value) }];
}

function costFigures(cost: Partial<PathCost>): Figure[] {
  return [
    ...figure(words.transitions, cost.transitions, formatCount),
    ...figure(words.lambdaCalls, cost.lambdaCalls, formatCount),
    ...figure(words.dollarsPer1000, cost.dollarsPer1000, formatDollars),
  ];
}

/** The figures that the report holds; what it does not hold is left out, not shown as zero. */
export function keyFigures(report: CompileReport): Figure[] {
  const cost = report.transitions === undefined ? (report.paths?.[0] ?? report) : report;
  return [...figure(words.states, report.states, formatCount), ...costFigures(cost)];
}

/** Worth a table only where there is more than one way through. */
export function comparedPaths(report: CompileReport): ReportedPath[] {
  return report.paths && report.paths.length > 1 ? report.paths : [];
}
