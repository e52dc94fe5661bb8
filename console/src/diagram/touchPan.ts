// One finger moves the diagram; bpmn-js itself only knows the mouse.
import type Canvas from 'diagram-js/lib/core/Canvas';

export function panByTouch(container: HTMLElement, canvas: Canvas): void {
  const fingers = new Map<number, { x: number; y: number }>();

  function follow(event: PointerEvent): void {
    const last = fingers.get(event.pointerId);
    if (!last) return;
    if (fingers.size === 1) canvas.scroll({ dx: event.clientX - last.x, dy: event.clientY - last.y });
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  container.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'touch') return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  container.addEventListener('pointermove', follow);
  for (const end of ['pointerup', 'pointercancel', 'pointerleave'] as const) {
    container.addEventListener(end, (event) => fingers.delete(event.pointerId));
  }
}
