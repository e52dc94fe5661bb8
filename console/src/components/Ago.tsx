// "2 min. ago", with the exact time on hover.
import { formatAgo, formatTime } from '../format';
import { useNow } from './useNow';

export function Ago({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={formatTime(at)}>
      {formatAgo(at, now)}
    </time>
  );
}
