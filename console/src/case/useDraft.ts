// Keeps what is being filled in on the platform, a moment after the last change and when the page is left.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Variables } from '../api/types';
import { useCase } from './CaseContext';

const AFTER_MS = 1200;

export type DraftState = 'untouched' | 'saving' | 'saved' | 'failed';

interface Draft {
  state: DraftState;
  keep: (variables: Variables) => void;
  /** Nothing more is kept: what was filled in has been sent. */
  drop: () => void;
}

export function useDraft(taskId: string): Draft {
  const { api } = useCase();
  const [state, setState] = useState<DraftState>('untouched');
  const waiting = useRef<{ variables: Variables; timer: number } | null>(null);

  const flush = useCallback(() => {
    const unsaved = waiting.current;
    if (!unsaved) return;
    waiting.current = null;
    clearTimeout(unsaved.timer);
    setState('saving');
    api.saveDraft(taskId, unsaved.variables).then(
      () => setState('saved'),
      () => setState('failed'),
    );
  }, [api, taskId]);

  const drop = useCallback(() => {
    clearTimeout(waiting.current?.timer);
    waiting.current = null;
  }, []);

  const keep = useCallback(
    (variables: Variables) => {
      drop();
      waiting.current = { variables, timer: window.setTimeout(flush, AFTER_MS) };
    },
    [drop, flush],
  );

  useEffect(() => {
    const leaving = () => document.visibilityState === 'hidden' && flush();
    document.addEventListener('visibilitychange', leaving);
    return () => {
      document.removeEventListener('visibilitychange', leaving);
      flush();
    };
  }, [flush]);

  return { state, keep, drop };
}
