"""The sketch that draws a process of the token game, in one of the dialects."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tests.state_machines.flow.game.model import Definition, Flow, Node, Scope
from tests.state_machines.flow.platform import START

LISTS: Final = {f"items{n}": list(range(n)) for n in range(4)}
"""What multi-instances run over: variables that are there from the beginning."""
COUNTED: Final = {"camunda7": "nrOfCompletedInstances", "camunda8": "numberOfCompletedInstances"}


@dataclass(frozen=True)
class Sketcher:
    """Writes sketches of one dialect."""

    dialect: str

    def process(self, scope: Scope) -> str:
        """The process and those that it calls."""
        called = [node for node in scope.walk() if node.kind == "call"]
        parts = [self._scope(scope)]
        for node in called:
            assert node.body
            tag = " tag v1" if "Tag" in node.bound else ""
            whole = f"process child{node.id}{tag} {{\n{self.process(node.body)}\n}}"
            parts.append(f"global child{node.id}" if f"child{node.id}" in node.body.nodes else whole)
        return "\n".join(parts)

    def _scope(self, scope: Scope) -> str:
        nodes = [self._node(scope, node) for node in scope.nodes.values()]
        plain = "; ".join(text for text in nodes if "\n" not in text)
        flows = "; ".join(f"{f.source} -{f.id}{_condition(scope, f)}-> {f.target}" for f in scope.flows)
        return "\n".join(part for part in (plain, *(text for text in nodes if "\n" in text), flows) if part)

    def _node(self, scope: Scope, node: Node) -> str:
        words = [node.kind, node.id]
        if scope.conditional(node.id) and not node.always:
            words += ["default", scope.leaving(node.id)[0].id]
        if node.host:
            words += ["on", node.host]
        if node.kind == "decision":
            words = ["rule", node.id, "decide", f"grade={node.id}"]
        if node.kind == "script":
            words += [f"{node.id}={node.value}"]
        if node.kind == "call":
            words += ["process", f"child{node.id}", *self._bound(node), *_handed(node)]
        words += self._repeated(node) + _mapped(node)
        if node.undoes:
            words += ["undo"]
        if node.kind != "esub":
            words += _events(node)
        text = " ".join([*words, *node.extras.split()])
        return text if node.body is None or node.kind == "call" else f"{text} {{\n{self._body(node, node.body)}\n}}"

    def _body(self, node: Node, body: Scope) -> str:
        data = [f'<bpmn:property id="{name}_{node.id}" name="{name}"/>' for name, value in node.own if value is None]
        inner = "\n".join([*data, self._scope(body)])
        if node.kind != "esub":
            return inner
        start = body.start()
        return inner.replace(f"start {start.id}", " ".join(["start", start.id, *_events(node)]), 1)

    def _bound(self, node: Node) -> list[str]:
        """Camunda 8 knows no versions by number."""
        number = node.bound.startswith("version:") and self.dialect == "camunda8"
        return ["bind", node.bound] if node.bound and not number else []

    def _repeated(self, node: Node) -> list[str]:
        until = node.until.replace("completed", COUNTED[self.dialect])
        if node.kind == "adhoc":
            order = ["ordered"] if node.ordered else []
            chosen = ["chosen", ",".join(node.body.chosen)] if node.body and node.body.chosen else []
            rest = ["rest"] if node.rest else []
            return [*order, *rest, *chosen, *(["enough", f"`{until}`"] if until else [])]
        if node.repeat == "again":
            most = ["most", str(node.times)] if node.times > 1 else []
            return ["again", "`n > 1`", *most, *(["first"] if node.first else [])]
        if node.repeat == "most":
            return ["most", str(node.times)]
        if not node.repeat:
            return []
        items = str(node.times) if node.counted else f"items{node.times}"
        collected = ["collect", f"c_{node.id}=i_{node.id}"] if node.collects and self.dialect == "camunda8" else []
        words = [node.repeat, f"i_{node.id}", "of", items, *(["until", f"`{until}`"] if until else []), *collected]
        return [*words, *(["throws", node.behavior, *_event(node.thrown, computed=False)] if node.thrown else [])]


def _mapped(node: Node) -> list[str]:
    given = [word for name, value in node.own if value is not None for word in ("in", f"{name}={value}")]
    if node.value and node.kind in ("catch", "receive", "boundary"):
        given += ["out", f"r_{node.id}={node.value}"]
    return [*given, *(["out", f"r_{node.id}={node.gives}", "out", "n=n"] if node.gives else [])]


def _handed(node: Node) -> list[str]:
    """What a called process gets and gives back, if not all."""
    takes = [] if node.takes is None else ["takes", ",".join(("n", *LISTS, *node.takes))]
    returns = [] if node.returns is None else ["returns", ",".join(f"r_{name}={name}" for name in node.returns) or "-"]
    return [*takes, *returns]


def _events(node: Node) -> list[str]:
    if node.event == "compensate":
        by = ["by", node.handler] if node.handler else []
        return ["compensate", *([node.name] if node.name else []), *by, *(["nowait"] if node.goes_on else [])]
    written = [word for each in node.definitions for word in _event(each, computed=node.computed)]
    return [*written, *(["every"] if node.every else []), *(["non"] if node.stays else [])]


def _event(definition: Definition, *, computed: bool) -> list[str]:
    if definition.event == "timer":
        word, moment = _timer(definition)
        return [word, f'=`"{moment}"`' if computed else moment]
    if definition.event == "condition":
        of, when = definition.of, definition.when
        woken = [*(["of", of] if of else []), *(["when", when] if when else [])]
        return ["condition", f"`{definition.name} {'> 0' if definition.reads else '= true'}`", *woken]
    name = f'=`"{definition.name}"`' if computed else definition.name
    return [definition.event, *([name] if definition.name else [])]


def _timer(definition: Definition) -> tuple[str, str]:
    if definition.dated:
        return "date", (START + timedelta(seconds=definition.due(0, 0))).strftime("%Y-%m-%dT%H:%M:%SZ")
    times, _, minutes = definition.name.rpartition("/")
    return ("cycle", f"R{times}/PT{minutes}M") if times else ("timer", f"PT{minutes}M")


def _condition(scope: Scope, flow: Flow) -> str:
    chosen = scope.conditional(flow.source)
    if not flow.number or not chosen:
        return ""
    return f"[n {'=' if chosen == 'one' else '>'} {flow.number}]"
