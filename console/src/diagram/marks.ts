// What to show on a diagram: from an instance's history, or from a refused file's diagnostics.
// Pure: no DOM, no bpmn-js.
import type { Diagnostic, ElementState, FlowCount, HistoryItem, Incident } from '../api/types';
import { messages } from '../messages';

export type Marker = ElementState | 'incident' | 'taken' | 'error' | 'warning';

export interface Badge {
  elementId: string;
  kind: 'incident' | 'times' | 'error' | 'warning';
  text: string;
  title: string;
}

export interface Marks {
  /** Element or flow id -> how it is coloured. */
  markers: ReadonlyMap<string, Marker>;
  badges: readonly Badge[];
}

export const NO_MARKS: Marks = { markers: new Map(), badges: [] };

/** Where an element was entered more than once, what is now the case counts more than what was. */
const WEIGHT: Record<Marker, number> = {
  taken: 0,
  warning: 1,
  cancelled: 1,
  completed: 2,
  failed: 3,
  active: 4,
  error: 5,
  incident: 5,
};

function raise(markers: Map<string, Marker>, id: string, marker: Marker): void {
  const present = markers.get(id);
  if (present === undefined || WEIGHT[marker] > WEIGHT[present]) markers.set(id, marker);
}

function countEntries(items: readonly HistoryItem[]): Map<string, number> {
  const entries = new Map<string, number>();
  for (const { elementId } of items) entries.set(elementId, (entries.get(elementId) ?? 0) + 1);
  return entries;
}

function timesBadges(items: readonly HistoryItem[]): Badge[] {
  return [...countEntries(items)]
    .filter(([, count]) => count > 1)
    .map(([elementId, count]) => ({
      elementId,
      kind: 'times',
      text: messages.diagram.times(count),
      title: messages.diagram.entered(count),
    }));
}

function incidentBadge({ elementId, error }: Incident): Badge {
  return { elementId, kind: 'incident', text: '!', title: `${messages.diagram.incident}: ${error}` };
}

/** The path of one instance: entered elements by state, flows that were taken, open incidents. */
export function historyMarks(
  items: readonly HistoryItem[],
  flows: readonly FlowCount[],
  incidents: readonly Incident[],
): Marks {
  const markers = new Map<string, Marker>();
  for (const item of items) raise(markers, item.elementId, item.state);
  for (const flow of flows) if (flow.count > 0) raise(markers, flow.flowId, 'taken');
  for (const incident of incidents) raise(markers, incident.elementId, 'incident');
  return { markers, badges: [...timesBadges(items), ...incidents.map(incidentBadge)] };
}

function groupByElement(diagnostics: readonly Diagnostic[]): Map<string, Diagnostic[]> {
  const groups = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    if (!diagnostic.elementId) continue;
    const group = groups.get(diagnostic.elementId);
    if (group) group.push(diagnostic);
    else groups.set(diagnostic.elementId, [diagnostic]);
  }
  return groups;
}

function kindOf(diagnostics: readonly Diagnostic[]): 'error' | 'warning' {
  return diagnostics.some(({ severity }) => severity === 'error') ? 'error' : 'warning';
}

/** One badge for each element that has diagnostics; its words stand in the badge's title. */
export function diagnosticMarks(diagnostics: readonly Diagnostic[]): Marks {
  const groups = [...groupByElement(diagnostics)];
  return {
    markers: new Map(groups.map(([id, group]) => [id, kindOf(group)])),
    badges: groups.map(([elementId, group]) => ({
      elementId,
      kind: kindOf(group),
      text: group.length > 1 ? String(group.length) : '!',
      title: group.map(({ code, message }) => messages.deploy.overlay(code, message)).join('\n'),
    })),
  };
}
