"""What compiling gives back: machines, source maps, triggers, references, reports, diagnostics. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from state_machines.asl.model import Json
from state_machines.bindings import Bound
from state_machines.bpmn.model import Expression, Form, Timer
from state_machines.diagnostics import Diagnostic


@dataclass(frozen=True)
class Trigger:
    """What starts an instance: registered when the process is deployed, replaced by the next version's.

    `message` names a message or signal.
    """

    kind: Literal["none", "message", "signal", "timer", "conditional"]
    element_id: str
    line: int
    message: str = ""
    timer: Timer | None = None
    condition: Expression | None = None
    woken_by: tuple[str, ...] = ()
    """The variables that have the condition evaluated when one of them is told; empty: whatever is told."""
    form_key: str = ""
    key: str = ""
    """What `_dpc.start` of an instance says that it has started."""
    together: bool = False
    """Whether the instance then waits for others that start it together with this one."""
    single: bool = False
    """Of a message: whether it starts none while an instance is active that was started with the same key."""


@dataclass(frozen=True)
class Reference:
    """Something outside the model that an element names: a form, a template, a message, a process."""

    name: str
    element_id: str
    line: int


@dataclass(frozen=True)
class DecisionReference:
    """A version of a decision that an element names."""

    bound: Bound
    element_id: str
    line: int


@dataclass(frozen=True)
class ConnectorUse:
    """A connector that an element uses, with those of its inputs that are plain text in the model."""

    type: str
    element_id: str
    line: int
    inputs: Mapping[str, str]


@dataclass(frozen=True)
class References:
    """Everything that one process refers to, in the file's order."""

    forms: tuple[Reference, ...] = ()
    any_form: bool = False
    """Whether an expression chooses a form: it may be any that there is."""
    decisions: tuple[DecisionReference, ...] = ()
    any_decision: bool = False
    """Whether an expression chooses one of the decisions that are deployed together with the process."""
    templates: tuple[Reference, ...] = ()
    messages: tuple[Reference, ...] = ()
    processes: tuple[Reference, ...] = ()
    together: tuple[Reference, ...] = ()
    """Those of the processes that are called as they were deployed together with this one."""
    numbered: tuple[tuple[str, int], ...] = ()
    """Versions of processes that are called by their number."""
    job_types: tuple[Reference, ...] = ()
    connectors: tuple[ConnectorUse, ...] = ()


@dataclass(frozen=True)
class CompiledProcess:
    """One process, ready to deploy. `machines["main"]` begins at the start event."""

    id: str
    name: str
    version_tag: str
    machines: Mapping[str, dict[str, Json]]
    source_map: dict[str, Json]
    triggers: tuple[Trigger, ...]
    references: References
    report: dict[str, Json]
    embedded_forms: Mapping[str, Form] = field(default_factory=dict)
    """Forms drawn into the model (Camunda 7's form fields), by the form key that the wait records hold."""
    sparing: bool = False
    """Whether it was compiled without copies, which would have made the machine too large."""


@dataclass(frozen=True)
class Enterable:
    """A machine in which nothing leads to some states: those with the role `entry` in the source map.

    Whoever puts a token before an element begins there. It is no machine to be run itself.
    """

    definition: dict[str, Json]
    source_map: dict[str, Json]


@dataclass(frozen=True)
class Compilation:
    """The result of compiling a file. No processes if any diagnostic is an error."""

    processes: tuple[CompiledProcess, ...]
    diagnostics: tuple[Diagnostic, ...]
