"""What a process hands over to its document templates: so that publishing finds a template's misspelt variable."""

from collections.abc import Iterator, Mapping

from state_machines.bpmn.model import Entries, Expression, IoMapping, Model, Task, Text
from state_machines.feel import FeelSyntaxError, parse
from state_machines.feel.nodes import ContextLiteral

CONNECTOR = "dpc:document"
DATA = "data"


def handed_over(model: Model) -> Mapping[str, frozenset[str] | None]:
    """The variables by template, over all tasks that render it; None where an expression decides which they are.

    A template whose name is an expression is in here under no name.
    """
    found: dict[str, frozenset[str] | None] = {}
    for task in _tasks(model):
        template = _template(task)
        if template is None:
            continue
        before, names = found.get(template, frozenset()), _data(task.inputs)
        found[template] = None if before is None or names is None else before | names
    return found


def _tasks(model: Model) -> Iterator[Task]:
    for process in model.processes:
        for node in process.scope.walk():
            if isinstance(node, Task) and node.job is not None and node.job.type == CONNECTOR:
                yield node


def _template(task: Task) -> str | None:
    named = next((mapping.value for mapping in task.inputs if mapping.target == "template"), None)
    return named.text if isinstance(named, Text) else None


def _data(inputs: tuple[IoMapping, ...]) -> frozenset[str] | None:
    names: frozenset[str] = frozenset()
    for mapping in inputs:
        first, _, rest = mapping.target.partition(".")
        if first != DATA:
            continue
        if rest:
            names |= {rest.split(".", 1)[0]}
            continue
        whole = _entries(mapping)
        if whole is None:
            return None
        names |= whole
    return names


def _entries(mapping: IoMapping) -> frozenset[str] | None:
    """The keys of a map (Camunda 7) or of a FEEL context."""
    value = mapping.value
    if isinstance(value, Entries):
        keys = [key.text for key, _ in value.entries if isinstance(key, Text)]
        return frozenset(keys) if len(keys) == len(value.entries) else None
    if not isinstance(value, Expression) or value.language != "feel":
        return None
    try:
        tree = parse(value.text)
    except FeelSyntaxError:
        return None
    return frozenset(key for key, _ in tree.entries) if isinstance(tree, ContextLiteral) else None
