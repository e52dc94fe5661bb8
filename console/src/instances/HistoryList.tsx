// Every element that the instance entered, in order; a click selects it on the diagram.
import type { HistoryItem } from '../api/types';
import { EmptyState } from '../components/EmptyState';
import { StateDot } from '../components/StatusBadge';
import { formatClock, formatTime } from '../format';
import { messages } from '../messages';
import { Elapsed } from './Elapsed';
import classes from './rows.module.css';

interface HistoryListProps {
  items: HistoryItem[];
  nameOf: (elementId: string) => string;
  selected: string | null;
  onSelect: (elementId: string) => void;
}

function Row({ item, name }: { item: HistoryItem; name: string }) {
  const { state, startedAt, elementType, iteration } = item;
  return (
    <>
      <StateDot state={state} />
      <span className={classes.name}>
        {name}
        {iteration !== undefined && iteration !== null && ` ${messages.history.iteration(iteration)}`}
        <span className={classes.below}>{elementType}</span>
      </span>
      <span className={classes.aside}>
        <time dateTime={startedAt} title={formatTime(startedAt)}>
          {formatClock(startedAt)}
        </time>
        <span className={classes.below} style={{ textAlign: 'right' }}>
          <Elapsed of={item} />
        </span>
      </span>
    </>
  );
}

export function HistoryList({ items, nameOf, selected, onSelect }: HistoryListProps) {
  if (items.length === 0) return <EmptyState title={messages.history.empty} />;
  return (
    <ol className={classes.list}>
      {items.map((item, index) => (
        // An element may be entered twice in the same millisecond: only the place tells the two apart.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={index}>
          <button
            type="button"
            className={classes.row}
            aria-pressed={item.elementId === selected}
            onClick={() => onSelect(item.elementId)}
          >
            <Row item={item} name={nameOf(item.elementId)} />
          </button>
        </li>
      ))}
    </ol>
  );
}
