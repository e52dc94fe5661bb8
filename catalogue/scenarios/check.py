"""What a scenario says of its process: names that must be there. All findings at once.

SCENARIO-003 process    SCENARIO-004 element    SCENARIO-005 connector    SCENARIO-006 message
SCENARIO-007 expects nothing (warning)          SCENARIO-008 reserved variable
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from state_machines.compilation import CompiledProcess
from state_machines.diagnostics import Diagnostic, Severity
from state_machines.scenarios import Complete, Expect, Expectation, Publish, Resolve, Scenario
from state_machines.scenarios.differences import GAP

Problem = tuple[str, int, str]
RESERVED = "_dpc"
Running = tuple[CompiledProcess, ...]
"""The scenario's process, and behind it those that it calls."""


def check_scenario(scenario: Scenario, processes: Mapping[str, CompiledProcess]) -> tuple[Diagnostic, ...]:
    """Everything that cannot be in the processes of its bundle, in the order of the lines."""
    process = processes.get(scenario.process)
    if process is None:
        words = f"There is no process {scenario.process!r}{_hint(scenario.process, processes)}"
        return (Diagnostic("SCENARIO-003", "error", "", 1, words),)
    running = tuple(_running(process, processes))
    found = [problem for check in _CHECKS for problem in check(scenario, running)]
    if not _expects(scenario):
        found.append(("SCENARIO-007", 1, "The scenario expects nothing, so it proves nothing. Add 'expect'."))
    ordered = sorted(dict.fromkeys(found), key=lambda problem: problem[1])
    return tuple(_diagnostic(scenario, *problem) for problem in ordered)


def _running(process: CompiledProcess, processes: Mapping[str, CompiledProcess]) -> Iterator[CompiledProcess]:
    """The process, and those of the bundle that it calls, each once."""
    seen, pending = {process.id}, [process]
    while pending:
        found = pending.pop()
        yield found
        called = {called.name for called in found.references.processes} & processes.keys() - seen
        seen |= called
        pending += [processes[name] for name in sorted(called)]


def _diagnostic(scenario: Scenario, code: str, line: int, words: str) -> Diagnostic:
    severity: Severity = "warning" if code == "SCENARIO-007" else "error"
    return Diagnostic(code, severity, scenario.process, line, words)


def expectations(scenario: Scenario) -> Iterator[Expectation]:
    """Those on the way, and the one at the end."""
    yield from (step.expectation for step in scenario.steps if isinstance(step, Expect))
    yield scenario.expect


def _expects(scenario: Scenario) -> bool:
    nothing = Expectation()
    compared = [field for field in Expectation.__dataclass_fields__ if field not in ("line", "lines")]
    return any(getattr(e, f) != getattr(nothing, f) for e in expectations(scenario) for f in compared)


def _elements(scenario: Scenario, running: Running) -> Iterator[Problem]:
    own = _elements_of(running[0])
    anywhere = frozenset().union(*map(_elements_of, running))
    passed, opened = _named_on_the_path(scenario), _named_as_open(scenario)
    for known, named in ((own, passed), (anywhere, opened)):
        for element, line in named:
            if element not in known:
                yield "SCENARIO-004", line, f"The process has no element {element!r}{_hint(element, known)}"


def _elements_of(process: CompiledProcess) -> frozenset[str]:
    elements: Any = process.source_map["elements"]
    return frozenset(elements)


def _named_on_the_path(scenario: Scenario) -> Iterator[tuple[str, int]]:
    for expected in expectations(scenario):
        named: dict[str, Collection[str]] = {
            "path": [element for element in expected.path or () if element != GAP],
            "passed": expected.passed,
            "not_passed": expected.not_passed,
        }
        yield from ((element, expected.lines[field]) for field, elements in named.items() for element in elements)


def _named_as_open(scenario: Scenario) -> Iterator[tuple[str, int]]:
    """Elements that may be a called process's."""
    for step in scenario.steps:
        if isinstance(step, Complete | Resolve):
            yield step.element, step.line
    for expected in expectations(scenario):
        yield from ((task.element, expected.lines["tasks"]) for task in expected.tasks or ())
        yield from ((element, expected.lines["incidents"]) for element in expected.incidents or ())


def _connectors(scenario: Scenario, running: Running) -> Iterator[Problem]:
    connectors = [use for process in running for use in process.references.connectors]
    jobs = [job for process in running for job in process.references.job_types]
    types = {use.type for use in connectors} | {job.name for job in jobs}
    callers = {use.element_id for use in connectors} | {job.element_id for job in jobs}
    known = types | callers
    mentioned = [(name, mock.line) for name, mock in scenario.mocks.items()]
    for expected in expectations(scenario):
        mentioned += [(name, expected.lines["calls"]) for name in expected.calls]
    for name, line in mentioned:
        if name not in known:
            words = f"{name!r} is no connector of the process, nor an element that calls one{_hint(name, known)}"
            yield "SCENARIO-005", line, words


def _messages(scenario: Scenario, running: Running) -> Iterator[Problem]:
    known = {message.name for process in running for message in process.references.messages}
    for step in scenario.steps:
        if isinstance(step, Publish) and step.kind == "message" and step.name not in known:
            words = f"The process waits for no message {step.name!r}{_hint(step.name, known)}"
            yield "SCENARIO-006", step.line, words


def _reserved(scenario: Scenario, running: Running) -> Iterator[Problem]:
    given = [(scenario.variables, 1)]
    given += [(s.variables, s.line) for s in scenario.steps if isinstance(s, Complete | Publish | Resolve)]
    for variables, line in given:
        if RESERVED in variables:
            yield "SCENARIO-008", line, f"The variable {RESERVED} is the platform's own; use another name."


def _hint(name: str, known: Collection[str]) -> str:
    close = get_close_matches(name, sorted(known), 1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f". There are: {', '.join(sorted(known)[:12])}." if known else "."


_CHECKS: tuple[Callable[[Scenario, Running], Iterator[Problem]], ...] = (
    _elements,
    _connectors,
    _messages,
    _reserved,
)
