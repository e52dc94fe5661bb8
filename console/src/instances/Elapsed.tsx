// How long something took, or has taken so far.
import { useNow } from '../components/useNow';
import { durationBetween, formatDuration } from '../format';

interface Span {
  startedAt: string;
  endedAt?: string | null;
}

export function Elapsed({ of }: { of: Span }) {
  const now = useNow();
  return <span className="numeric">{formatDuration(durationBetween(of.startedAt, of.endedAt, now))}</span>;
}
