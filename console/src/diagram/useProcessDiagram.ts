// Keeps a drawn diagram in step with the XML that a component was given. bpmn-js is loaded on demand.
import { type RefObject, useEffect, useState } from 'react';
import type { ProcessDiagram } from './viewer';

interface Drawing {
  diagram: ProcessDiagram | null;
  error: Error | null;
}

const NOTHING: Drawing = { diagram: null, error: null };

export function useProcessDiagram(container: RefObject<HTMLElement | null>, xml: string): Drawing {
  const [drawing, setDrawing] = useState(NOTHING);

  useEffect(() => {
    let abandoned = false;
    let drawn: ProcessDiagram | null = null;

    async function draw(element: HTMLElement): Promise<void> {
      const { ProcessDiagram } = await import('./viewer');
      if (abandoned) return;
      const diagram = await ProcessDiagram.draw(element, xml);
      if (abandoned) diagram.destroy();
      else setDrawing({ diagram: (drawn = diagram), error: null });
    }

    if (container.current) {
      draw(container.current).catch((error: Error) => {
        if (!abandoned) setDrawing({ diagram: null, error });
      });
    }
    return () => {
      abandoned = true;
      setDrawing(NOTHING);
      drawn?.destroy();
    };
  }, [container, xml]);

  return drawing;
}
