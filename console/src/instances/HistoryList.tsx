// Every element that the instance entered, in order; a click selects it on the diagram.
import type { HistoryItem } from '../api/types';
import { EmptyState } from '../components/EmptyState';
import { type MarkState, StateDot } from '../components/StatusBadge';
import { typeWords } from '../diagram/naming';
import { formatClock, formatTime } from '../format';
import { messages } from '../messages';
import { Elapsed } from './Elapsed';
import classes from './rows.module.css';

interface HistoryListProps {
  items: HistoryItem[];
  /** Elements that have an open incident. */
  stuck: ReadonlySet<string>;
  nameOf: (elementId: string) => string;
  selected: string | null;
  onSelect: (elementId: string) => void;
}

interface RowProps {
  item: HistoryItem;
  name: string;
  state: MarkState;
}

function Row({ item, name, state }: RowProps) {
  const { startedAt, elementType, iteration = 1 } = item;
  return (
    <>
      <StateDot state={state} />
      <span className={classes.name}>
        {name}
        {iteration > 1 && ` ${messages.history.iteration(iteration)}`}
        <span className={classes.below}>{typeWords(elementType)}</span>
      </span>
      <span className={classes.aside}>
        <time dateTime={startedAt} title={formatTime(startedAt)}>
          {formatClock(startedAt)}
        </time>
        <span className={classes.below}>
          <Elapsed of={item} />
        </span>
      </span>
    </>
  );
}

function stateOf({ elementId, state }: HistoryItem, stuck: ReadonlySet<string>): MarkState {
  return state === 'active' && stuck.has(elementId) ? 'incident' : state;
}

export function HistoryList({ items, stuck, nameOf, selected, onSelect }: HistoryListProps) {
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
            <Row item={item} name={item.elementName || nameOf(item.elementId)} state={stateOf(item, stuck)} />
          </button>
        </li>
      ))}
    </ol>
  );
}
