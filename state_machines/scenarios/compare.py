"""An expectation against the world: each thing that differs is one failure, with both sides in words."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from state_machines.scenarios.differences import differing, path_difference, path_matches, shown
from state_machines.scenarios.model import Expectation, Status, TaskExpectation
from state_machines.scenarios.result import Failure
from state_machines.scenarios.tables import Row, subscribed
from state_machines.scenarios.world import World

Said = Iterator[str]


def compare(expected: Expectation, world: World) -> list[Failure]:
    """All that differs."""
    return [
        Failure("expectation", expected.lines.get(field, expected.line), words)
        for field, check in _CHECKS.items()
        for words in check(expected, world)
    ]


def status_of(world: World) -> Status:
    """As the API would say."""
    found = world.describe().status
    if found == "RUNNING":
        return "incident" if world.waiting("incident") else "active"
    return "completed" if found == "SUCCEEDED" else "failed"


def _status(expected: Expectation, world: World) -> Said:
    actual = status_of(world)
    if expected.status in (None, actual):
        return
    found = world.describe()
    open_ = [_described(wait) for wait in world.waiting("user", "message", "job", "incident")]
    why = {"failed": f" ({found.error}: {found.cause})", "completed": ""}.get(actual, f" (waiting: {_listed(open_)})")
    yield f"The instance should be {expected.status}, but is {actual}{why}."


def _path(expected: Expectation, world: World) -> Said:
    actual = world.walk().elements
    if expected.path is not None and not path_matches(expected.path, actual):
        yield f"The path is another one.\n{path_difference(expected.path, actual)}"


def _passed(expected: Expectation, world: World) -> Said:
    counts = Counter(world.walk().elements)
    for element, times in expected.passed.items():
        if times and counts[element] != times:
            yield f"{element} should be passed {_times(times)}, but was passed {_times(counts[element])}."
        elif not counts[element]:
            yield f"{element} should be passed, but was not. Passed: {_listed(list(counts))}."


def _not_passed(expected: Expectation, world: World) -> Said:
    counts = Counter(world.walk().elements)
    for element in expected.not_passed:
        if counts[element]:
            yield f"{element} should not be passed, but was passed {_times(counts[element])}."


def _variables(expected: Expectation, world: World) -> Said:
    if not expected.variables:
        return
    actual = world.variables
    found = [line for name, value in expected.variables.items() for line in _variable(name, value, actual)]
    if found:
        yield "Variables differ.\n" + "\n".join(f"  {line}" for line in found)


def _variable(name: str, value: Any, actual: dict[str, Any]) -> Said:
    if name not in actual:
        yield f"{name}: expected {shown(value)}, but there is no such variable"
    else:
        yield from differing(name, value, actual[name])


def _absent(expected: Expectation, world: World) -> Said:
    for name in expected.absent:
        if name in world.variables:
            yield f"There should be no variable {name}, but it is {shown(world.variables[name])}."


def _tasks(expected: Expectation, world: World) -> Said:
    if expected.tasks is None:
        return
    left = world.waiting("user")
    for task in expected.tasks:
        same = [wait for wait in left if wait["elementId"] == task.element]
        if not same:
            yield f"The task {task.element} should be open, but is not. Open tasks: {_names(world.waiting('user'))}."
            continue
        wait = next((w for w in same if not any(_task_differs(task, w))), same[0])
        left.remove(wait)
        yield from _task_differs(task, wait)
    for wait in left:
        yield f"The task {wait['elementId']} is open, but should not be."


def _task_differs(task: TaskExpectation, wait: Row) -> Said:
    groups = wait.get("candidateGroups", "").split(",")
    if task.group is not None and task.group not in groups:
        yield f"The task {task.element} should be for the group {task.group!r}, but is for {_listed(groups)}."
    for field, value in (("formKey", task.form), ("assignee", task.assignee)):
        if value is not None and value != wait.get(field, ""):
            words = "form" if field == "formKey" else "assignee"
            yield f"The task {task.element} should have the {words} {value!r}, but has {wait.get(field, '')!r}."


def _messages(expected: Expectation, world: World) -> Said:
    if expected.messages is not None:
        wanted = [(f"{name} with the key {key!r}" if key is not None else name) for name, key in expected.messages]
        keys = [None if key is None else subscribed("message", name, key) for name, key in expected.messages]
        starts = [subscribed("message", name) for name, _ in expected.messages]
        tests = [_of(key, start) for key, start in zip(keys, starts, strict=True)]
        yield from _waited_for("message", wanted, tests, world)


def _signals(expected: Expectation, world: World) -> Said:
    if expected.signals is not None:
        tests = [_of(subscribed("signal", name), "") for name in expected.signals]
        yield from _waited_for("signal", list(expected.signals), tests, world)


def _of(key: str | None, start: str) -> Callable[[str], bool]:
    return (lambda pk: pk == key) if key is not None else (lambda pk: pk.startswith(start))


def _waited_for(kind: str, wanted: list[str], tests: list[Callable[[str], bool]], world: World) -> Said:
    left = [subscription["pk"] for subscription in world.subscriptions(kind)]
    for words, test in zip(wanted, tests, strict=True):
        found = next((pk for pk in left if test(pk)), None)
        if found is None:
            others = _listed([_subscription(pk) for pk in left])
            yield f"The instance should wait for the {kind} {words}, but does not. It waits for: {others}."
        else:
            left.remove(found)
    for pk in left:
        yield f"The instance waits for the {kind} {_subscription(pk)}, but should not."


def _subscription(pk: str) -> str:
    """A subscription in a message's words."""
    _, name, *key = map(unquote, pk.split("#"))
    return f"{name} with the key {key[0]!r}" if key and key[0] else name


def _incidents(expected: Expectation, world: World) -> Said:
    if expected.incidents is None:
        return
    actual = world.waiting("incident")
    if sorted(expected.incidents) != sorted(wait["elementId"] for wait in actual):
        described = [_described(wait) for wait in actual]
        yield f"Incidents should be {_listed(list(expected.incidents))}, but are {_listed(described)}."


def _calls(expected: Expectation, world: World) -> Said:
    for name, times in expected.calls.items():
        if world.connectors.calls[name] != times:
            yield f"{name} should be called {_times(times)}, but was called {_times(world.connectors.calls[name])}."


def _duration(expected: Expectation, world: World) -> Said:
    if expected.duration not in (None, world.elapsed):
        yield f"It should take {iso_duration(expected.duration)}, but takes {iso_duration(world.elapsed)}."


def iso_duration(duration: timedelta | None) -> str:
    """ISO 8601, of days to milliseconds.

    >>> iso_duration(timedelta(days=1, seconds=2, milliseconds=500)), iso_duration(timedelta())
    ('P1DT2.5S', 'PT0S')
    """
    millis = (duration or timedelta()) // timedelta(milliseconds=1)
    days, rest = divmod(millis, 86_400_000)
    hours, rest = divmod(rest, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    time = "".join((f"{hours}H" * bool(hours), f"{minutes}M" * bool(minutes), f"{rest / 1000:g}S" * bool(rest)))
    return f"P{f'{days}D' * bool(days)}{'T' * bool(time)}{time}" if millis else "PT0S"


def _described(wait: Row) -> str:
    if wait["kind"] != "incident":
        return wait["elementId"]
    return f"incident at {wait['elementId']} ({wait['error']}: {wait['cause'][:200]})"


def _names(waits: list[Row]) -> str:
    return _listed([wait["elementId"] for wait in waits])


def _listed(names: list[str]) -> str:
    return ", ".join(name for name in names if name) or "none"


def _times(count: int) -> str:
    return "once" if count == 1 else "never" if count == 0 else f"{count} times"


_CHECKS: dict[str, Callable[[Expectation, World], Said]] = {
    "status": _status,
    "path": _path,
    "passed": _passed,
    "not_passed": _not_passed,
    "variables": _variables,
    "absent": _absent,
    "tasks": _tasks,
    "messages": _messages,
    "signals": _signals,
    "incidents": _incidents,
    "calls": _calls,
    "duration": _duration,
}
"""By the field of the expectation."""
