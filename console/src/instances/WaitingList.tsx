// What the instance waits for: tasks, messages, timers, workers.
import type { WaitingPoint } from '../api/types';
import { Ago } from '../components/Ago';
import { EmptyState } from '../components/EmptyState';
import { IconClock } from '../components/icons';
import { detailLines } from '../format';
import { messages } from '../messages';
import classes from './rows.module.css';

interface WaitingListProps {
  waiting: WaitingPoint[];
  nameOf: (elementId: string) => string;
  selected: string | null;
  onSelect: (elementId: string) => void;
}

export function WaitingList({ waiting, nameOf, selected, onSelect }: WaitingListProps) {
  if (waiting.length === 0) return <EmptyState title={messages.waiting.empty} />;
  return (
    <ul className={classes.list}>
      {waiting.map(({ elementId, kind, since, detail = {} }) => (
        <li key={`${elementId}:${kind}:${since}`}>
          <button
            type="button"
            className={classes.row}
            aria-pressed={elementId === selected}
            onClick={() => onSelect(elementId)}
          >
            <IconClock size={14} />
            <span className={classes.name}>
              {nameOf(elementId)}
              <span className={classes.below}>{messages.waiting.kinds[kind] ?? kind}</span>
              {detailLines(detail).map((line) => (
                <span key={line} className={classes.below}>
                  {line}
                </span>
              ))}
            </span>
            <span className={classes.aside}>
              <Ago at={since} />
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
