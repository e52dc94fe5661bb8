// A BPMN diagram drawn by bpmn-js, with marks and a selection on it. No React here.
import OutlineModule from 'bpmn-js/lib/features/outline';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import type Canvas from 'diagram-js/lib/core/Canvas';
import type ElementRegistry from 'diagram-js/lib/core/ElementRegistry';
import type { ElementLike } from 'diagram-js/lib/core/Types';
import type Overlays from 'diagram-js/lib/features/overlays/Overlays';
import type Selection from 'diagram-js/lib/features/selection/Selection';
import type { Badge, Marks } from './marks';
import { panByTouch } from './touchPan';

export interface DrawnElement {
  id: string;
  name: string;
  type: string;
}

export type ZoomStep = 'in' | 'out' | 'fit';

const ZOOM_FACTOR = 1.25;
const MARGIN = 0.94;
const READABLE_SCALE = 0.42;
const BADGES = 'dpc-badge';

/** The font stays Arial's: modelers size labels by it, and a wider one would break their words. */
const LOOK = { bpmnRenderer: { defaultStrokeColor: '#2f3a45', defaultLabelColor: '#17212b' } };

function describe(element: ElementLike): DrawnElement {
  const model = element.businessObject as { name?: string; $type?: string } | undefined;
  const type = (model?.$type ?? '').replace(/^bpmn:/, '');
  return { id: element.id, name: model?.name?.trim() ?? '', type };
}

function badgeHtml({ kind, text, title }: Badge): HTMLElement {
  const element = document.createElement('div');
  element.className = `dpc-badge dpc-badge-${kind}`;
  element.textContent = text;
  element.title = title;
  return element;
}

export class ProcessDiagram {
  readonly elements: ReadonlyMap<string, DrawnElement>;
  readonly #viewer: NavigatedViewer;
  readonly #canvas: Canvas;
  readonly #registry: ElementRegistry;
  #marked: [string, string][] = [];

  private constructor(
    viewer: NavigatedViewer,
    readonly container: HTMLElement,
  ) {
    this.#viewer = viewer;
    this.#canvas = viewer.get<Canvas>('canvas');
    this.#registry = viewer.get<ElementRegistry>('elementRegistry');
    const drawn = this.#registry.filter(({ labelTarget }) => !labelTarget).map(describe);
    this.elements = new Map(drawn.map((element) => [element.id, element]));
  }

  /** Draws `xml` into `container`. Rejects where it is not BPMN or holds no diagram interchange. */
  static async draw(container: HTMLElement, xml: string): Promise<ProcessDiagram> {
    const viewer = new NavigatedViewer({ container, additionalModules: [OutlineModule], ...LOOK });
    try {
      await viewer.importXML(xml);
      panByTouch(container, viewer.get<Canvas>('canvas'));
      return new ProcessDiagram(viewer, container);
    } catch (error) {
      viewer.destroy();
      throw error;
    }
  }

  mark({ markers, badges }: Marks): void {
    for (const [id, marker] of this.#marked) this.#canvas.removeMarker(id, marker);
    this.#marked = [...markers]
      .filter(([id]) => this.#registry.get(id))
      .map(([id, marker]) => [id, `dpc-${marker}`]);
    for (const [id, marker] of this.#marked) this.#canvas.addMarker(id, marker);
    this.#place(badges);
  }

  #place(badges: readonly Badge[]): void {
    const overlays = this.#viewer.get<Overlays>('overlays');
    overlays.remove({ type: BADGES });
    for (const badge of badges) {
      if (!this.#registry.get(badge.elementId)) continue;
      const position = badge.kind === 'times' ? { bottom: 10, left: -8 } : { top: -12, right: 12 };
      overlays.add(badge.elementId, BADGES, { position, html: badgeHtml(badge) });
    }
  }

  select(id: string | null): void {
    const element = id === null ? undefined : this.#registry.get(id);
    this.#viewer.get<Selection>('selection').select((element ?? null) as ElementLike & null);
    if (element) this.#canvas.scrollToElement(element.id, 60);
  }

  /** Calls back with the id of the element that was clicked, or null for the empty canvas. */
  onSelect(listener: (id: string | null) => void): void {
    this.#viewer.on('element.click', ({ element }: { element: ElementLike }) => {
      const target = (element.labelTarget ?? element) as ElementLike;
      listener(target === this.#canvas.getRootElement() ? null : target.id);
    });
  }

  zoom(step: ZoomStep): void {
    if (step === 'fit') this.#fit();
    else this.#canvas.zoom(this.#canvas.zoom() * (step === 'in' ? ZOOM_FACTOR : 1 / ZOOM_FACTOR));
  }

  #fit(): void {
    const scale = this.#canvas.zoom('fit-viewport', 'auto' as never);
    if (scale < 1) this.#canvas.zoom(scale * MARGIN, 'auto' as never);
  }

  /** The whole diagram; where that would be too small to read, the place named by `id`. */
  show(id: string | undefined): void {
    this.#canvas.resized();
    this.#fit();
    if (this.#canvas.zoom() >= READABLE_SCALE) return;
    this.#canvas.zoom(READABLE_SCALE);
    const target = id !== undefined && this.#registry.get(id) ? id : this.#firstId();
    if (target) this.#canvas.scrollToElement(target, 40);
  }

  #firstId(): string | undefined {
    return [...this.elements.values()].find(({ type }) => type === 'StartEvent')?.id;
  }

  destroy(): void {
    this.#viewer.destroy();
  }
}
