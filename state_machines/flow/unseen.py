"""What is drawn nowhere, but stands before or behind what is: nodes that only lowering knows."""

from dataclasses import dataclass, field

from state_machines.bpmn.model import FlowNode
from state_machines.flow.steps import END, Way


@dataclass(frozen=True)
class ImplicitChoice(FlowNode):
    """The choice behind an activity with one conditional flow and a default; its id is that of the activity."""


@dataclass(frozen=True)
class ImplicitSplit(FlowNode):
    """The fork behind an activity or event with several outgoing flows; its id is that of the activity."""


@dataclass(frozen=True)
class Written(FlowNode):
    """What stands behind a node that may have written what conditional events read; its id is that of the node."""

    way: Way = field(default_factory=lambda: Way(END))
    inside: bool = False
    """Whether the node's own boundary events stand around it."""


@dataclass(frozen=True)
class Border(FlowNode):
    """Where a token enters, or leaves, a scope of variables of its own; its id is that of the sub-process."""

    way: Way = field(default_factory=lambda: Way(END))
    inward: bool = True


@dataclass(frozen=True)
class Guarded(FlowNode):
    """What stands behind the start of an event sub-process that has event sub-processes of its own; its id is that of
    the sub-process, `start` the event's."""

    start: str = ""


@dataclass(frozen=True)
class Resumed(FlowNode):
    """A node that several ways lead to, which is too much to be copied into each: tokens go on there by themselves."""


@dataclass(frozen=True)
class Move(FlowNode):
    """A token that has something to tell: on the flow `over` to the node with this id, or ending in that node."""

    over: str = ""
