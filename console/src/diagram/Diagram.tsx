// A BPMN diagram in a page: drawn, marked, zoomable, with one selected element.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './diagram.css';
import { ActionIcon, Alert, Loader, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { IconFit, IconMinus, IconPlus } from '../components/icons';
import { messages } from '../messages';
import classes from './Diagram.module.css';
import type { Marks } from './marks';
import type { Elements } from './naming';
import { useProcessDiagram } from './useProcessDiagram';
import type { ProcessDiagram, ZoomStep } from './viewer';

interface DiagramProps {
  xml: string;
  label: string;
  marks: Marks;
  selectedId?: string | null;
  onSelect?: (id: string | null) => void;
  onElements?: (elements: Elements) => void;
}

const STEPS: [ZoomStep, string, typeof IconFit][] = [
  ['in', messages.diagram.zoomIn, IconPlus],
  ['out', messages.diagram.zoomOut, IconMinus],
  ['fit', messages.diagram.fit, IconFit],
];

function ZoomButtons({ diagram }: { diagram: ProcessDiagram }) {
  return (
    <div className={classes.zoom}>
      {STEPS.map(([step, label, Icon]) => (
        <ActionIcon
          key={step}
          variant="default"
          size="lg"
          aria-label={label}
          title={label}
          onClick={() => diagram.zoom(step)}
        >
          <Icon size={16} />
        </ActionIcon>
      ))}
    </div>
  );
}

function Undrawable({ error }: { error: Error }) {
  const noLayout = /no diagram/i.test(error.message);
  return (
    <div className={classes.notice}>
      <Alert color="gray" variant="light" title={messages.diagram.unreadable}>
        <Text size="sm">{noLayout ? messages.diagram.noLayout : error.message}</Text>
      </Alert>
    </div>
  );
}

/** Where attention should go first: an incident, an error, else what is active. */
function focusOf({ markers }: Marks): string | undefined {
  const marked = [...markers];
  const urgent = marked.find(([, marker]) => marker === 'incident' || marker === 'error');
  return (urgent ?? marked.find(([, marker]) => marker === 'active'))?.[0];
}

/** Calls back when the width changes: a turned phone, a resized window. Zooming by hand is left alone. */
function followWidth(element: HTMLElement, onChange: () => void): () => void {
  let width = element.clientWidth;
  const observer = new ResizeObserver(() => {
    if (element.clientWidth !== width) onChange();
    width = element.clientWidth;
  });
  observer.observe(element);
  return () => observer.disconnect();
}

function useDrawnState(diagram: ProcessDiagram | null, props: DiagramProps): void {
  const { marks, selectedId = null, onSelect, onElements } = props;
  const latest = useRef(props);
  useEffect(() => {
    latest.current = { ...props, onSelect, onElements };
  });
  useEffect(() => {
    if (!diagram) return;
    const stopFollowing = followWidth(diagram.container, () => diagram.show(focusOf(latest.current.marks)));
    diagram.onSelect((id) => latest.current.onSelect?.(id));
    latest.current.onElements?.(diagram.elements);
    return stopFollowing;
  }, [diagram]);
  const marked = marks.markers.size > 0;
  useEffect(() => diagram?.show(marked ? focusOf(latest.current.marks) : undefined), [diagram, marked]);
  useEffect(() => diagram?.mark(marks), [diagram, marks]);
  useEffect(() => diagram?.select(selectedId), [diagram, selectedId]);
}

export function Diagram(props: DiagramProps) {
  const container = useRef<HTMLDivElement>(null);
  const { diagram, error } = useProcessDiagram(container, props.xml);
  useDrawnState(diagram, props);
  return (
    <section className={classes.frame} aria-label={props.label} aria-busy={!diagram && !error}>
      <div ref={container} className={classes.canvas} />
      {!diagram && !error && <Loader className={classes.loader} size="sm" />}
      {error && <Undrawable error={error} />}
      {diagram && <ZoomButtons diagram={diagram} />}
    </section>
  );
}
