"""The list of completed activities that can be compensated, as JSONata: `_dpc.compensate` among the variables."""

from state_machines.bpmn.model import SubProcess
from state_machines.flow import jsonata
from state_machines.flow.compensating import Undo, inside
from state_machines.flow.jsonata import INPUT
from state_machines.flow.sharing import read, written

LISTED = f"{INPUT}._dpc.compensate"


def listed(undo: Undo) -> str:
    """JSONata of the variables with a completed activity put on the list."""
    within = ", ".join(jsonata.text(each) for each in sorted(inside(undo.activity) - {undo.activity.id}))
    rest = f"[$filter({LISTED}, function($e) {{ $not($e.a in [{within}]) }})]" if within else LISTED
    seen = jsonata.obj({name: jsonata.member(INPUT, name) for name in _read_by(undo)})
    entry = {"n": f"$sum([$max({LISTED}.n), 1])", "a": jsonata.text(undo.activity.id), "s": seen}
    if undo.start is not None:
        entry["c"] = f"[$filter({LISTED}, function($e) {{ $e.a in [{within}] }})]"
    return with_list(f"$append([{jsonata.obj(entry)}], {rest})")


def _read_by(undo: Undo) -> list[str]:
    """What the handler is known to read. What it writes itself it sees as it is: handlers may add to it in turn."""
    held = undo.handler.scope.walk() if isinstance(undo.handler, SubProcess) else ()
    own = (undo.handler, *held)
    names = {name for each in own for name in read(each)}
    return sorted(names - {name for each in own for name in written(each)})


def reserved(entries: str) -> str:
    """The reserved variable with another list, as an object to be merged."""
    return f"{{'_dpc': $merge([{INPUT}._dpc, {{'compensate': {entries}}}])}}"


def with_list(entries: str) -> str:
    """The variables with another list."""
    return jsonata.merge(INPUT, reserved(entries))
