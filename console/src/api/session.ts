// Who is logged in: the token and the user's name, kept for this browser tab only.
import { useSyncExternalStore } from 'react';

export interface Session {
  user: string;
  token: string;
}

const KEY = 'dpc.session';
const listeners = new Set<() => void>();
let current: Session | null | undefined;

function readStored(): Session | null {
  const stored = sessionStorage.getItem(KEY);
  if (stored === null) return null;
  try {
    return JSON.parse(stored) as Session;
  } catch {
    return null;
  }
}

export function getSession(): Session | null {
  if (current === undefined) current = readStored();
  return current;
}

export function setSession(session: Session | null): void {
  current = session;
  if (session) sessionStorage.setItem(KEY, JSON.stringify(session));
  else sessionStorage.removeItem(KEY);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSession(): Session | null {
  return useSyncExternalStore(subscribe, getSession);
}
