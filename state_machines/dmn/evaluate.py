"""Evaluation of decisions: their requirements first, each once, with a trace of what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from state_machines.dmn import model as m
from state_machines.dmn.expressions import Compiler, compile_function
from state_machines.dmn.item_types import ItemTypes, fit, member_names
from state_machines.dmn.tables import RuleTrace, TableResult, compile_table
from state_machines.feel.builtins.signature import NoValue
from state_machines.feel.compiler import Closure
from state_machines.feel.environment import MISSING, Run, Scope, Variables
from state_machines.feel.errors import FeelError, FeelWarning
from state_machines.feel.evaluate import run_closure
from state_machines.feel.lexer import normalize
from state_machines.feel.values import Function, Value

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class DecisionTrace:
    """One decision of an evaluation."""

    decision_id: str
    name: str
    value: Value
    table: TableResult

    @property
    def inputs(self) -> tuple[tuple[str, Value], ...]:
        """A table's input values by label."""
        return self.table.inputs

    @property
    def matched_rules(self) -> tuple[str, ...]:
        """The ids of the rules that matched, in the table's order."""
        return self.table.matched

    @property
    def fired(self) -> tuple[int, ...]:
        """The numbers of the rules that fired, from 1."""
        return self.table.fired

    @property
    def rules(self) -> tuple[RuleTrace, ...]:
        """What became of each rule of a table; found out when it is asked."""
        return self.table.explain()


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """A decision's value, the rules of its table that fired, the trace of all decisions in the order in which they were
    made, why values are null, and the names that were read of what was given."""

    value: Value
    matched_rules: tuple[str, ...]
    trace: tuple[DecisionTrace, ...]
    warnings: tuple[FeelWarning, ...]
    read: frozenset[str] = frozenset()


def evaluate(
    definitions: m.Definitions,
    decision_id: str,
    context: Mapping[str, object],
    *,
    clock: Clock | None = None,
    strict: bool = False,
) -> DecisionResult:
    """Evaluate a decision, by id or name, over input data by name (plain JSON data or FEEL values).

    Names of the context that are no declared input are visible too, as process variables are in Camunda 7. A value
    given for a required decision's name is taken instead of evaluating it. Raises KeyError for an unknown decision, and
    FeelError where there are warnings in a `strict` evaluation.
    """
    id_ = find(definitions, decision_id)
    model = compiled(definitions)
    run = Run(clock, model.types.types)
    session = _Session(model, {normalize(key): value for key, value in context.items()}, run)
    value = session.safely(lambda: session.decision(id_))
    if strict and run.warnings:
        raise FeelError(tuple(run.warnings))
    matched = next((t.matched_rules for t in reversed(session.trace) if t.decision_id == id_), ())
    return DecisionResult(value, matched, tuple(session.trace), tuple(run.warnings), session.read)


def evaluate_service(
    definitions: m.Definitions, service_id: str, context: Mapping[str, object], *, clock: Clock | None = None
) -> DecisionResult:
    """Evaluate a decision service, by id or name, over its input data and input decisions by name."""
    id_ = _by_id_or_name(definitions.services, service_id)
    model = compiled(definitions)
    run = Run(clock, model.types.types)
    session = _Session(model, {normalize(key): value for key, value in context.items()}, run)
    value = session.safely(lambda: session.service_value(definitions.services[id_]))
    return DecisionResult(value, (), tuple(session.trace), tuple(run.warnings))


def find(definitions: m.Definitions, decision: str) -> str:
    """The id of a decision given by id or name. Raises KeyError."""
    return _by_id_or_name(definitions.decisions, decision)


def _by_id_or_name(elements: Mapping[str, Any], key: str) -> str:
    name = normalize(key)
    found = key if key in elements else next((id_ for id_, each in elements.items() if each.name == name), None)
    if found is None:
        raise KeyError(key)
    return found


@dataclass
class CompiledModel:
    """The closures of one model, made when first needed."""

    definitions: m.Definitions
    types: ItemTypes
    compiler: Compiler
    decisions: dict[str, Callable[[Scope], TableResult]] = field(default_factory=dict)
    functions: dict[str, Closure] = field(default_factory=dict)
    costs: dict[str, int] = field(default_factory=dict)

    def decision(self, decision: m.Decision) -> Callable[[Scope], TableResult]:
        """A decision's logic; logic other than a table has a result without rules."""
        known = self.decisions.get(decision.id)
        if known is None:
            known = self.decisions[decision.id] = self._compile(decision)
        return known

    def _compile(self, decision: m.Decision) -> Callable[[Scope], TableResult]:
        names = self.names(decision.requires)
        if isinstance(decision.expression, m.DecisionTable):
            return compile_table(self.compiler, decision.expression, names)
        closure = self.compiler.boxed(decision.expression, names)
        return lambda scope: TableResult(closure(scope))

    def cost(self, decision: m.Decision) -> int:
        """What evaluating a decision once costs, in steps."""
        if decision.id not in self.costs:
            self.costs[decision.id] = m.weight(decision.expression)
        return self.costs[decision.id]

    def function(self, knowledge: m.Knowledge) -> Closure:
        """The closure that makes a knowledge model's function."""
        known = self.functions.get(knowledge.id)
        if known is None:
            names = self.names(knowledge.requires) | {knowledge.name}
            body = knowledge.function or m.FunctionDefinition((), None)
            known = self.functions[knowledge.id] = compile_function(self.compiler, body, names, knowledge.name)
        return known

    def names(self, requires: Sequence[str]) -> frozenset[str]:
        """The names that requirements put in scope."""
        return frozenset(self.name_of(each) for each in requires) | frozenset(self.definitions.imports)

    def name_of(self, id_: str) -> str:
        """The name of a required element; an imported one is seen through its import."""
        element = self.definitions.elements.get(id_)
        return element.name if element is not None else imported(self.definitions, id_)[0]


@lru_cache(maxsize=64)
def compiled(definitions: m.Definitions) -> CompiledModel:
    """The compiled model; Definitions are immutable and compared by identity."""
    types = ItemTypes(definitions)
    return CompiledModel(definitions, types, Compiler(types, member_names(definitions)))


def imported(definitions: m.Definitions, reference: str) -> tuple[str, str]:
    """The import and the id that `namespace#id` points to; empty where there is none."""
    namespace, _, id_ = reference.rpartition("#")
    for name, each in definitions.imports.items():
        if each.namespace == namespace:
            return name, id_
    return "", id_


class _Session:
    """One evaluation: values of elements as they become known."""

    def __init__(self, model: CompiledModel, context: Mapping[str, object], run: Run) -> None:
        self._model = model
        self._root = Scope(Variables(context), None, run)
        self._run = run
        self._values: dict[str, Value] = {}
        self._open: set[str] = set()
        self._imports: dict[str, _Session] = {}
        self.trace: list[DecisionTrace] = []

    def safely(self, compute: Callable[[], Value]) -> Value:
        """Run within the budget."""
        return run_closure(lambda scope: compute(), self._root)

    @property
    def read(self) -> frozenset[str]:
        """The names that were read of what was given."""
        return frozenset(self._root.values)

    def decision(self, id_: str) -> Value:
        """A decision's value: given from outside, known already, or evaluated now."""
        decision = self._model.definitions.decisions[id_]
        given = self._root.find(decision.name)
        if given is not MISSING and id_ not in self._values and self._open:
            self._values[id_] = given
        if id_ not in self._values:
            if id_ in self._open:
                self._run.warn(f"The decision '{decision.name}' requires itself")
                return None
            self._open.add(id_)
            self._values[id_] = self._decide(decision)
            self._open.discard(id_)
        return self._values[id_]

    def _decide(self, decision: m.Decision) -> Value:
        self._run.spend(self._model.cost(decision))
        scope = self._root.inner(self._requirements(decision.requires))
        if decision.expression is None:
            self._run.warn(f"The decision '{decision.name}' has no logic")
        result = self._model.decision(decision)(scope)
        typed = self._model.compiler.typed(lambda _: result.value, decision.type_ref, f"'{decision.name}'")
        value = typed(scope)
        self.trace.append(DecisionTrace(decision.id, decision.name, value, result))
        return value

    def _requirements(self, requires: Sequence[str]) -> dict[str, Value]:
        """The values of what is required, by name. An input that is not given has none: what reads it says so."""
        values: dict[str, Value] = {}
        for id_ in requires:
            name, value = self._element(id_)
            if value is MISSING:
                continue
            if name in self._model.definitions.imports:
                known = values.setdefault(name, {})
                if isinstance(known, dict) and isinstance(value, dict):
                    known.update(value)
            else:
                values[name] = value
        return values

    def _element(self, id_: str) -> tuple[str, Any]:
        d = self._model.definitions
        if id_ in d.inputs:
            return d.inputs[id_].name, self._input(d.inputs[id_])
        if id_ in d.decisions:
            return d.decisions[id_].name, self.decision(id_)
        if id_ in d.knowledge:
            return d.knowledge[id_].name, self._knowledge(d.knowledge[id_])
        if id_ in d.services:
            return d.services[id_].name, self._service(d.services[id_])
        return self._imported(id_)

    def _imported(self, reference: str) -> tuple[str, Value]:
        name, id_ = imported(self._model.definitions, reference)
        if not name:
            self._run.warn(f"There is no element '{reference}'")
            return reference, None
        key, value = self._import(name)._element(id_)
        return name, {} if value is MISSING else {key: value}

    def _import(self, name: str) -> _Session:
        """The session of an imported model: its inputs are given under the import's name, or beside the others."""
        if name not in self._imports:
            given = self._root.find(name)
            values: Mapping[str, object] = given if isinstance(given, dict) else {}
            model = compiled(self._model.definitions.imports[name])
            session = _Session(model, {normalize(key): value for key, value in values.items()}, self._run)
            session._root.parent = self._root
            session.trace = self.trace
            self._imports[name] = session
        return self._imports[name]

    def _input(self, data: m.InputData) -> Any:
        if data.id not in self._values:
            value = self._root.find(data.name)
            if value is MISSING:
                return MISSING
            fits, made = fit(value, self._model.types.shape(data.type_ref), self._run)
            if not fits:
                self._run.warn(f"The input '{data.name}' does not fit its type '{data.type_ref}'")
            self._values[data.id] = made if fits else None
        return self._values[data.id]

    def _knowledge(self, knowledge: m.Knowledge) -> Value:
        if knowledge.id not in self._values:
            scope = self._root.inner({})
            function = self._model.function(knowledge)(scope)
            self._values[knowledge.id] = function
            required = self._requirements(knowledge.requires)
            scope.values = {knowledge.name: function, **required}
        return self._values[knowledge.id]

    def _service(self, service: m.DecisionService) -> Value:
        """A decision service as a function of its input data and input decisions."""
        d = self._model.definitions
        members = [*service.inputs, *service.input_decisions]
        inputs = tuple(self._model.name_of(id_) for id_ in members)

        def invoke(run: Run, arguments: Sequence[Value]) -> Value:
            if len(arguments) != len(inputs):
                raise NoValue(f"{service.name} takes {len(inputs)} arguments, not {len(arguments)}")
            run.enter()
            try:
                session = _Session(self._model, dict(zip(inputs, arguments, strict=True)), run)
                session.trace = self.trace
                return session.service_value(service)
            finally:
                run.leave()

        return Function(service.name, inputs, invoke) if d else None

    def service_value(self, service: m.DecisionService) -> Value:
        """The outputs of a service: the decision's value, or a context of them."""
        d = self._model.definitions
        for id_ in service.input_decisions:
            if id_ in d.decisions:
                given = self._root.find(d.decisions[id_].name)
                self._values[id_] = None if given is MISSING else given
        self._open.add("")
        outputs = {d.decisions[id_].name: self.decision(id_) for id_ in service.outputs if id_ in d.decisions}
        value: Value = next(iter(outputs.values())) if len(outputs) == 1 else dict(outputs)
        declared = d.types.get(service.type_ref)
        reference = declared.type_ref if declared is not None and declared.function else service.type_ref
        return self._model.compiler.typed(lambda _: value, reference, f"'{service.name}'")(self._root)
