"""What the logs have lost: lines in between (gaps), the last lines (executions that fell silent), all lines of one.

Logs come on best effort. The histories are exact, and asked only here and where an execution ended with a gap.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from contract import tables
from functions.runtime.ports import ExecutionGoneError, Ports
from functions.runtime.records import Delete, Item, Put
from functions.telemetry.projection import GAPS, catch_up, fold_key, is_held, stored_fold
from functions.telemetry.rebuilding import main_of, rebuild
from functions.telemetry.watching import FIRST, LONGEST, SHARDS, partition, watch_write

MAX_ASKED = 400
"""Histories of silent executions that one sweep reads: Step Functions allows some 20 calls a second."""
MAX_LISTED = 5000
"""Executions that one sweep looks for; it goes on with other machines next time."""
LISTED_EVERY = timedelta(hours=1)
_FRESH = timedelta(minutes=10)
"""The log of a younger execution may still be on its way."""
_SWEEP = "SWEEP"
"""Partition of the instances table: until when the executions of each machine have been looked for."""
_ALL = "*"


def sweep(ports: Ports) -> None:
    """Reconcile the read model with the histories. What fails with one execution is raised when all were tried."""
    failed = list(_failures(ports))
    if failed:
        raise ExceptionGroup(f"{len(failed)} executions could not be reconciled", failed)


def _failures(ports: Ports) -> Iterator[Exception]:
    for item in ports.store.query(tables.INSTANCES, GAPS).items:
        yield from _tried(lambda row: _close_gap(ports, row), item)
    until = ports.clock.now().isoformat(timespec="seconds")
    for shard in range(SHARDS):
        due = ports.store.query(
            tables.INSTANCES, partition(shard), between=("0", until), limit=MAX_ASKED // SHARDS
        ).items
        for item in due:
            yield from _tried(lambda row: _ask(ports, row), item)
    yield from _find_unknown(ports)


def _tried(act: Callable[[Item], None], item: Item) -> Iterator[Exception]:
    try:
        act(item)
    except Exception as error:
        error.add_note(f"about {item.get('execution')}")
        yield error


def _close_gap(ports: Ports, row: Item) -> None:
    try:
        catch_up(ports, row["execution"])
    except ExecutionGoneError:  # Step Functions has forgotten it: the gap stays
        ports.store.write(Delete(tables.INSTANCES, GAPS, row["sk"]))


def _ask(ports: Ports, row: Item) -> None:
    """Ask a silent execution, unless it has ended meanwhile."""
    execution, every = row["execution"], timedelta(seconds=int(row["everyS"]))
    forgotten = news = False
    try:
        if is_held(ports.store.get(tables.INSTANCES, *fold_key(execution))):
            rebuild(ports, main_of(execution))
        if not stored_fold(ports, execution).ended:
            news = catch_up(ports, execution)
    except ExecutionGoneError:
        forgotten = every >= LONGEST
    done = Delete(tables.INSTANCES, row["pk"], row["sk"])
    if forgotten or stored_fold(ports, execution).ended:
        ports.store.write(done)
    else:
        again = FIRST if news else min(every * 2, LONGEST)
        ports.store.write(done, watch_write(execution, ports.clock.now(), again))


def _find_unknown(ports: Ports) -> Iterator[Exception]:
    """Executions that no line told of: a short one's whole log may be lost at once."""
    upto = ports.clock.now() - _FRESH
    known = {row["sk"]: datetime.fromisoformat(row["until"]) for row in _looked(ports)}
    if upto - known.get(_ALL, datetime.min.replace(tzinfo=upto.tzinfo)) < LISTED_EVERY:
        return
    listed = 0
    start = upto - LONGEST
    for machine in sorted(ports.machines.list_machines(), key=lambda arn: known.get(arn, start)):
        if listed >= MAX_LISTED:
            return
        found = ports.machines.list_started(machine, known.get(machine, start))
        listed += len(found)
        for execution in [arn for arn, began in found if began < upto]:
            yield from _tried(lambda row: _meet(ports, row["execution"]), {"execution": execution})
        _looked_until(ports, machine, upto)
    _looked_until(ports, _ALL, upto)


def _looked(ports: Ports) -> list[Item]:
    return list(ports.store.query(tables.INSTANCES, _SWEEP).items)


def _looked_until(ports: Ports, what: str, moment: datetime) -> None:
    ports.store.write(Put(tables.INSTANCES, {"pk": _SWEEP, "sk": what, "until": moment.isoformat()}))


def _meet(ports: Ports, execution: str) -> None:
    if ports.store.get(tables.INSTANCES, *fold_key(execution)) is None:
        with suppress(ExecutionGoneError):
            catch_up(ports, execution)
