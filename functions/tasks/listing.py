"""The work list: filters, order, pages.

By time of creation it is read off the index page by page; other orders need all open tasks of the tenant (about 1,000
an index page), as do filters that few tasks pass. Tasks of one instance come from its partition, consistently.

Records carry the variables of what waits, which are read only for a filter by them. A page of the index's own order
ends early where they are large: the cursor tells that there is more.
"""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from contract import errors, tables
from contract.shapes.common import Finding, Page
from contract.shapes.work import TaskItem, TasksQuery
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError
from functions.runtime.records import Item
from functions.runtime.variables import matches, of_wait
from functions.tasks.candidates import may_see
from functions.tasks.ids import key_of
from functions.tasks.reading import SHOWN, is_open, item_of, moment

CHUNK: Final = 200
FIRST_CHUNK: Final = 20
MAX_READ: Final = 2_000_000
"""About as many characters of records are read for a page that has something to show."""
LAST: Final = "~"
Rank = tuple[str, str]
"""Where a task stands in an order: the sorted value as text, and the task's id."""


def list_tasks(ports: Ports, call: Call) -> Page[TaskItem]:
    """One page of the open tasks that pass all filters."""
    query: TasksQuery = call.query
    after = _position(query.cursor)
    descending = query.sort.startswith("-")
    rank = _RANKS[query.sort.removeprefix("-")]
    passes = _filter(ports, query)
    found = (
        (rank(wait, item), item, _size(wait))
        for wait in _read(ports, call, after)
        if passes(wait, item := item_of(wait))
    )
    streams = _streams(call)
    ordered = found if streams else sorted(found, key=lambda ranked: ranked[0], reverse=descending)
    page: list[tuple[Rank, TaskItem]] = []
    read = 0
    for at, item, size in ordered:
        if after and not streams and (at >= after if descending else at <= after):
            continue
        if len(page) == query.limit or (read > MAX_READ and streams):
            return Page[TaskItem](items=[item for _, item in page], cursor=_cursor(page[-1][0]))
        page.append((at, item))
        read += size
    return Page[TaskItem](items=[item for _, item in page])


def _size(wait: Item) -> int:
    """Roughly: of its texts."""
    return sum(len(value) for value in wait.values() if isinstance(value, str))


def _streams(call: Call) -> bool:
    """Whether the index's own order is the one asked for, so that not all need be read."""
    return not _instance(call) and call.query.sort in ("created", "-created")


def _instance(call: Call) -> str:
    link = call.caller.link
    return link.instance_id if link else call.query.instance_id


def _read(ports: Ports, call: Call, after: Rank | None) -> Iterator[Item]:
    """Open tasks that the caller may see; from the index in the order of creation, from where the last page ended."""
    now, query = ports.clock.now(), call.query
    shown = () if query.variable else SHOWN
    if instance := _instance(call):
        rows: Iterator[Item] = iter(ports.store.query(tables.WAITS, instance, prefix="wait#", attributes=shown).items)
    elif _streams(call):
        rows = _chunks(ports, _keys(after), shown, newest_first=query.sort == "-created")
    else:
        rows = iter(ports.store.query(tables.WAITS, "user", index="byKind", attributes=shown).items)
    return (wait for wait in rows if is_open(wait, now) and may_see(call.caller, wait))


def _keys(after: Rank | None) -> Item | None:
    """The keys of the last task of a page in the index."""
    key = key_of(after[1]) if after else None
    return {"pk": key[0], "sk": key[1], "kind": "user", "since": after[0]} if after and key else None


def _chunks(ports: Ports, after: Item | None, shown: tuple[str, ...], *, newest_first: bool) -> Iterator[Item]:
    cursor, chunk = "", FIRST_CHUNK
    while True:
        page = ports.store.query(
            tables.WAITS, "user", index="byKind", limit=chunk, cursor=cursor, after=after, attributes=shown,
            newest_first=newest_first,
        )  # fmt: skip
        yield from page.items
        cursor = page.cursor
        chunk = max(1, min(CHUNK, chunk * MAX_READ // 2 // (sum(map(_size, page.items)) or 1)))
        if not cursor:
            return


def _filter(ports: Ports, query: TasksQuery) -> Callable[[Item, TaskItem], bool]:
    is_due = _due(query.due, ports.clock.now())

    def passes(wait: Item, item: TaskItem) -> bool:
        return (
            query.assignee in ("", item.assignee)
            and (not query.group or query.group in item.candidate_groups)
            and query.state in (None, item.state)
            and query.process_id in ("", item.process_id)
            and query.instance_id in ("", item.instance_id)
            and is_due(item.due_date)
            and (not query.variable or matches(query.variable, of_wait(ports, wait)))
        )

    return passes


def _due(text: str, now: datetime) -> Callable[[datetime | None], bool]:
    if not text:
        return lambda _: True
    if text == "today":
        return lambda due: due is not None and due.astimezone(now.tzinfo).date() == now.date()
    before = now if text == "overdue" else moment(text)
    if before is None:
        finding = Finding(code="due", message="Give overdue, today, or an ISO 8601 date and time.", field="/due")
        raise ProblemError(errors.VALIDATION_FAILED, "Some fields are wrong; see errors.", [finding])
    return lambda due: due is not None and due < before


def _by_time(time: datetime | None) -> str:
    """Text that sorts as the time does; what is never due comes last."""
    return f"{time.timestamp():020.6f}" if time else LAST


_RANKS: Final[dict[str, Callable[[Item, TaskItem], Rank]]] = {
    "created": lambda wait, item: (wait["since"], item.id),
    "due": lambda _, item: (_by_time(item.due_date), item.id),
    "priority": lambda _, item: (f"{item.priority + 10**10:012}", item.id),
}


def _cursor(rank: Rank) -> str:
    return base64.urlsafe_b64encode(json.dumps(rank).encode()).decode()


def _position(cursor: str) -> Rank | None:
    if not cursor:
        return None
    try:
        value, id_ = json.loads(base64.urlsafe_b64decode(cursor))
    except ValueError as error:
        raise ProblemError(errors.INVALID_REQUEST, "The cursor is not one of ours.") from error
    if not (_is_text(value) and _is_text(id_) and key_of(id_)):
        raise ProblemError(errors.INVALID_REQUEST, "The cursor is not one of ours.")
    return value, id_


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)
