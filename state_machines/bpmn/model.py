"""The typed, frozen model of a BPMN file. Camunda 7, Camunda 8 and plain BPMN read into the same values.

What lives here is meaning, not notation: the reader has resolved references and expression languages. Diagram
interchange is not kept: the source bytes are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from state_machines.bindings import Bound

Language = Literal["feel", "juel"]
TaskKind = Literal["task", "user", "service", "send", "receive", "script", "businessRule", "manual"]
GatewayKind = Literal["exclusive", "parallel", "inclusive", "eventBased", "complex"]
EventKind = Literal[
    "none",
    "message",
    "timer",
    "error",
    "signal",
    "escalation",
    "compensation",
    "conditional",
    "link",
    "terminate",
    "cancel",
]
EventPosition = Literal["start", "intermediateCatch", "intermediateThrow", "boundary", "end"]
SubProcessKind = Literal["embedded", "event", "transaction", "adHoc"]


@dataclass(frozen=True)
class Expression:
    """An expression as written, without its `=`, `${}` or `#{}`. `language` says how to parse `text`.

    JUEL that is mixed with text (`Dear ${name}`) keeps its marks; `parse_juel` reads both.
    """

    text: str
    language: Language
    line: int


@dataclass(frozen=True)
class Text:
    """Text that stands for itself where an expression could stand."""

    text: str
    line: int


Value = Expression | Text


@dataclass(frozen=True)
class Items:
    """A list that is written value by value (Camunda 7)."""

    values: tuple["Content", ...]


@dataclass(frozen=True)
class Entries:
    """A map that is written entry by entry (Camunda 7), as keys with their values."""

    entries: tuple[tuple[Value, "Content"], ...]


Content = Value | Items | Entries


@dataclass(frozen=True)
class IoMapping:
    """One input or output mapping: the value goes to `target`, a dotted path of names."""

    target: str
    value: Content
    lasts: bool = False
    """Of an input: whether its variable is there before the activity and behind it, as a multi-instance has some."""


@dataclass(frozen=True)
class Form:
    """How a user task's or start event's form is given: exactly one of `key` (also a form id), `fields`, `source`."""

    key: str = ""
    computed: Expression | None = None
    """What gives the key of a user task's form, where it is no fixed text: `key` is how it is written then."""
    fields: tuple["FormField", ...] = ()
    source: str = ""
    """A whole form inside the model (Camunda 8): form-js JSON."""


@dataclass(frozen=True)
class FormField:
    """Camunda 7's `camunda:formField`."""

    id: str
    label: str
    type: str
    default: Value | None = None
    options: tuple[tuple[str, str], ...] = ()
    constraints: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Assignment:
    """Who may work a user task and until when. Lanes give the default group."""

    assignee: Value | None = None
    candidate_users: Value | None = None
    candidate_groups: Value | None = None
    due_date: Value | None = None
    follow_up_date: Value | None = None
    priority: Value | None = None


@dataclass(frozen=True)
class JobError:
    """A BPMN error that a worker's job throws where a condition holds when it is completed or fails (Camunda 7)."""

    condition: Expression
    code: str
    message: Value | None = None


@dataclass(frozen=True)
class Job:
    """Work done outside the machine: a job type (C8), a topic (C7 external), a class or delegate, or a connector id.

    `retries` counts attempts after the first failure as Camunda does: `R3/PT10S` is 3 tries with 10 s between.
    """

    type: str = ""
    retries: int | None = None
    retry_waits: tuple[str, ...] = ()
    """The wait after the first failure, after the second and so on; after further ones the last. Durations."""
    headers: Mapping[str, str] = field(default_factory=dict)
    origin: Literal["jobType", "topic", "connector", "class", "delegateExpression", "expression"] = "jobType"
    computed: Expression | None = None
    """What gives the type, where it is not a fixed text: then a worker of the customer's own does it."""
    tries: Expression | None = None
    """What gives the number of retries."""
    given: tuple[str, ...] = ()
    """Of a connector with inputs of its own: their names. The others are for the task's own expressions."""
    errors: tuple[JobError, ...] = ()
    fields: tuple[IoMapping, ...] = ()
    """Headers that expressions give (Camunda 7's injected fields), as text."""
    error_expression: Expression | None = None
    """Of a Camunda 8 connector: what turns its answer, or its failure, into a BPMN error. Its header has it too."""


@dataclass(frozen=True)
class CalledDecision:
    """A business rule task's decision. `binding` as Camunda writes it."""

    decision: Value
    result_variable: str = ""
    map_result: str = ""
    """Camunda 7's mapDecisionResult: singleEntry, singleResult, collectEntries, resultList. Empty: the default."""
    binding: str = "latest"
    version: Value | None = None
    """Its number or its version tag, by the binding."""

    @property
    def bound(self) -> Bound | None:
        """The version that is meant; None where an expression says which."""
        by_version = self.binding in ("version", "versionTag")
        version = self.version if by_version and self.version is not None else Text("", 0)
        if isinstance(self.decision, Expression) or isinstance(version, Expression):
            return None
        return Bound(self.decision.text, self.binding, version.text)


@dataclass(frozen=True)
class CalledProcess:
    """A call activity's target and what goes in and out beside the mappings."""

    process: Value
    binding: str = "latest"
    version: Value | None = None
    """The version or version tag that the binding names."""
    business_key: Value | None = None
    all_in: bool = False
    all_out: bool = False
    ins: tuple[IoMapping, ...] = ()
    outs: tuple[IoMapping, ...] = ()
    local_in: bool = False
    """Of the variables, only those of the call activity itself go in (Camunda 7)."""
    local_out: bool = False
    """What comes out is seen by the output mappings alone (Camunda 7)."""


@dataclass(frozen=True)
class Script:
    """A script task's FEEL (or JUEL) expression and where its result goes."""

    expression: Expression
    result_variable: str = ""


@dataclass(frozen=True)
class MultiInstance:
    """Multi-instance characteristics. Exactly one of `collection` and `cardinality` is set."""

    sequential: bool
    collection: Value | None = None
    cardinality: Value | None = None
    element_variable: str = ""
    output_collection: str = ""
    output_element: Value | None = None
    completion_condition: Expression | None = None
    behavior: str = "All"
    thrown: "EventDefinition | None" = None
    """What is thrown as instances end: behaviour `None` each time, `One` the first time."""
    line: int = 0


@dataclass(frozen=True)
class StandardLoop:
    """Standard loop characteristics (BPMN 2.0.2, 10.3.8)."""

    test_before: bool
    condition: Expression | None
    maximum: int | None
    line: int = 0


@dataclass(frozen=True)
class Message:
    """A message definition with, where the model has one (C8), its correlation key."""

    id: str
    name: str
    correlation_key: Value | None = None
    computed: Expression | None = None
    """What gives the name, where it is not a fixed text: `name` is how it is written then."""


@dataclass(frozen=True)
class Timer:
    """One of date, duration, cycle, with its value."""

    type: Literal["date", "duration", "cycle"]
    value: Value


@dataclass(frozen=True)
class EventDefinition:
    """One event definition. `code` holds an error's or escalation's code ("" catches any), `name` a signal's or link's.

    `code_variable` and `message_variable` (Camunda 7) receive what was caught.
    """

    kind: EventKind
    id: str = ""
    message: Message | None = None
    timer: Timer | None = None
    code: str = ""
    name: str = ""
    computed: Expression | None = None
    """What gives a signal's name, where it is not a fixed text: `name` is how it is written then. Also what gives the
    code of an error or escalation that is thrown."""
    condition: Expression | None = None
    variables: tuple[str, ...] = ()
    """Of a condition (Camunda): the variables whose writing has it evaluated; empty: any that it reads."""
    writes: tuple[str, ...] = ()
    """Of a condition (Camunda): which writing has it evaluated, `create`, `update` or `delete`; empty: any."""
    activity_ref: str = ""
    wait_for_completion: bool = True
    code_variable: str = ""
    message_variable: str = ""
    words: Value | None = None
    """Of an error that is thrown (Camunda 7): its message."""
    sent: tuple[IoMapping, ...] = ()
    """Of a signal that is thrown (Camunda 7): the variables that go with it, of which `sends_all` takes each."""
    sends_all: bool = False
    line: int = 0


@dataclass(frozen=True)
class FlowNode:
    """What all flow nodes share. `incoming` and `outgoing` are sequence-flow ids in the file's order."""

    id: str
    name: str
    line: int
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default_flow: str = ""
    inputs: tuple[IoMapping, ...] = ()
    outputs: tuple[IoMapping, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    """Extension properties (`camunda:property`, `zeebe:property`)."""
    documentation: str = ""
    lane: str = ""

    @property
    def repeats(self) -> bool:
        """Whether it has a loop or multi-instance marker; one turn of it alone has none."""
        return False


@dataclass(frozen=True)
class Activity(FlowNode):
    """What tasks, sub-processes and call activities share."""

    loop: MultiInstance | StandardLoop | None = None
    for_compensation: bool = False

    @property
    def repeats(self) -> bool:
        return self.loop is not None


@dataclass(frozen=True)
class Task(Activity):
    """A task of any kind; the fields of other kinds stay empty."""

    kind: TaskKind = "task"
    job: Job | None = None
    script: Script | None = None
    decision: CalledDecision | None = None
    form: Form | None = None
    assignment: Assignment = Assignment()
    message: Message | None = None
    result_variable: str = ""
    result_expression: Expression | None = None
    """A Camunda 8 connector's: a context of variables, computed from `response`."""
    instantiate: bool = False
    title: Expression | None = None
    """Of a user task: what gives the name under which it is worked, where that is computed (Camunda 7)."""


@dataclass(frozen=True)
class CallActivity(Activity):
    """A call activity."""

    called: CalledProcess | None = None


@dataclass(frozen=True)
class SubProcess(Activity):
    """A sub-process and the scope inside it."""

    kind: SubProcessKind = "embedded"
    scope: "Scope" = field(default_factory=lambda: Scope())  # noqa: PLW0108  Scope is defined below
    ad_hoc_sequential: bool = False
    ad_hoc_completion: Expression | None = None
    ad_hoc_cancel_remaining: bool = True
    ad_hoc_elements: Value | None = None
    """The ids of the activities to run (Camunda 8); none: all."""
    ad_hoc_output: str = ""
    """The variable that collects what the activities give (Camunda 8), each of them `ad_hoc_output_element`."""
    ad_hoc_output_element: Value | None = None


@dataclass(frozen=True)
class Gateway(FlowNode):
    """A gateway of any kind."""

    kind: GatewayKind = "exclusive"
    instantiate: bool = False
    parallel_events: bool = False


@dataclass(frozen=True)
class Event(FlowNode):
    """An event of any position. No definition: a none event; several: multiple (or parallel multiple)."""

    position: EventPosition = "start"
    definitions: tuple[EventDefinition, ...] = ()
    attached_to: str = ""
    interrupting: bool = True
    """Of boundary events and of event sub-processes' start events."""
    parallel_multiple: bool = False
    form: Form | None = None
    job: Job | None = None
    initiator: str = ""

    @property
    def takes_any(self) -> bool:
        """Whether one of its definitions is enough: parallel multiple events need them all."""
        return not (self.parallel_multiple and len(self.definitions) > 1)

    def has(self, *kinds: EventKind) -> bool:
        """Whether one of its definitions is of one of these kinds."""
        return any(definition.kind in kinds for definition in self.definitions)


@dataclass(frozen=True)
class SequenceFlow:
    """A sequence flow."""

    id: str
    name: str
    source: str
    target: str
    line: int
    condition: Expression | None = None


@dataclass(frozen=True)
class Association:
    """An association; those that leave a compensation boundary event lead to its handler."""

    source: str
    target: str


@dataclass(frozen=True)
class DataObject:
    """A data object or property; it is a variable of its scope."""

    id: str
    name: str


@dataclass(frozen=True)
class Scope:
    """What a process or sub-process holds, in the file's order."""

    nodes: tuple[FlowNode, ...] = ()
    flows: tuple[SequenceFlow, ...] = ()
    associations: tuple[Association, ...] = ()
    data: tuple[DataObject, ...] = ()

    def walk(self) -> Iterator[FlowNode]:
        """Every flow node, those of nested scopes included, in document order."""
        for node in self.nodes:
            yield node
            if isinstance(node, SubProcess):
                yield from node.scope.walk()

    def walk_flows(self) -> Iterator[SequenceFlow]:
        """Every sequence flow, those of nested scopes included."""
        yield from self.flows
        for node in self.nodes:
            if isinstance(node, SubProcess):
                yield from node.scope.walk_flows()


@dataclass(frozen=True)
class Process:
    """One process of a file. `dialect` decides defaults where the dialects differ."""

    id: str
    name: str
    line: int
    executable: bool
    dialect: Literal["bpmn", "camunda7", "camunda8"]
    scope: Scope
    version_tag: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    candidate_starter_groups: str = ""
    engine: Literal["bpmn", "camunda7", "camunda8"] = "bpmn"
    """Whose manual counts where it differs from BPMN: as `Notation` has it."""


@dataclass(frozen=True)
class Model:
    """A BPMN file."""

    processes: tuple[Process, ...]
    target_namespace: str = ""
