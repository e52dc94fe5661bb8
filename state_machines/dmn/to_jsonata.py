"""A decision as JSONata: rules as plain data in a variable, one filter over them: the depth does not grow with rules.

Cells become data in table_data.py. What is not faithful this way has the verdict `function`, with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from state_machines.dmn import model as m
from state_machines.dmn.evaluate import CompiledModel, compiled, find
from state_machines.dmn.item_types import SCALARS, Shape
from state_machines.dmn.table_data import output_data, rule_data
from state_machines.dmn.tables import hit_policy
from state_machines.feel import nodes as n
from state_machines.feel import translation  # noqa: F401 - what it imports fills the tables of the emitter
from state_machines.feel.errors import FeelSyntaxError
from state_machines.feel.jsonata_emitter import JSON_KINDS, Emitter, plain
from state_machines.feel.jsonata_text import Fragment, Untranslatable, chained, conjunction, field, is_type, quote
from state_machines.feel.types import Type

MAX_DATA: Final = 200_000


@dataclass(frozen=True, slots=True)
class DecisionTranslation:
    """`data` is to be bound to the variable named when translating; `jsonata` then gives the decision's value, never
    undefined, and `matched` an array with the ids of the rules of the decision's table that fire. All are empty where
    the verdict is `function`; `reason` then says why."""

    verdict: Literal["native", "function"]
    data: Any
    jsonata: str
    reason: str
    matched: str = ""


def to_jsonata(
    definitions: m.Definitions, decision_id: str, *, variables: str = "$states.input", rules_variable: str
) -> DecisionTranslation:
    """Translate a decision with all that it requires.

    `variables` is the JSONata text of the object that holds the input data by name; `rules_variable` the name, with or
    without `$`, of the variable that will hold the data. Raises KeyError for an unknown decision.
    """
    translator = _Translator(compiled(definitions), variables, "$" + rules_variable.removeprefix("$"))
    id_ = find(definitions, decision_id)
    try:
        value, matched = translator.whole(id_)
        if len(json.dumps(translator.data)) > MAX_DATA:
            raise Untranslatable("the rules are too big for a variable")
    except (Untranslatable, FeelSyntaxError) as reason:
        return DecisionTranslation("function", None, "", str(reason))
    except RecursionError:
        return DecisionTranslation("function", None, "", "the decision is nested too deeply")
    return DecisionTranslation("native", translator.data, value, "", matched)


class _Translator:
    """One translation: the bindings of inputs and decisions in the order in which they are needed."""

    def __init__(self, model: CompiledModel, variables: str, rules: str) -> None:
        self._model = model
        self._variables = variables
        self._rules = rules
        self._emitter = Emitter(variables, {}, {})
        self._bindings: list[str] = []
        self._bound: dict[str, Fragment] = {}
        self._types: dict[str, Type] = {}
        self._hits = ""
        self.data: dict[str, Any] = {}

    def whole(self, id_: str) -> tuple[str, str]:
        """The texts of the value and of the ids of the rules that fire."""
        result = self._decision(id_)
        value = self._emitter.finish(f"({'; '.join([*self._bindings, result.text])})")
        if not self._hits:
            return value, "[]"
        return value, self._emitter.finish(f"({'; '.join([*self._bindings, f'[{self._hits}.id]'])})")

    # -- requirements ------------------------------------------------------------------------------------------------

    def _decision(self, id_: str) -> Fragment:
        decision = self._model.definitions.decisions[id_]
        key = f"decision {id_}"
        if key in self._bound:
            return self._bound[key]
        self._bound[key] = Fragment("null", "Null", simple=True)  # a cycle: refused by the rules, null at evaluation
        scope = {self._model.name_of(each): self._element(each) for each in decision.requires}
        self._hits = ""
        value = self._fitted(self._logic(decision, scope), self._model.types.shape(decision.type_ref))
        self._bound[key] = self._bind(value)
        return self._bound[key]

    def _element(self, id_: str) -> Fragment:
        d = self._model.definitions
        if id_ in d.inputs:
            return self._input(d.inputs[id_])
        if id_ in d.decisions:
            return self._decision(id_)
        raise Untranslatable(f"'{id_}', a function or an element of another file, is evaluated by the function")

    def _input(self, data: m.InputData) -> Fragment:
        key = f"input {data.id}"
        if key not in self._bound:
            read = Fragment(f"{self._variables}.{field(data.name)}", simple=True, present=False)
            self._bound[key] = self._bind(self._fitted(read, self._model.types.shape(data.type_ref)))
        return self._bound[key]

    def _bind(self, fragment: Fragment) -> Fragment:
        name = self._emitter.fresh()
        self._bindings.append(f"{name} := {self._emitter.defined(fragment).text}")
        return Fragment(name, fragment.kind, simple=True)

    def _fitted(self, fragment: Fragment, shape: Shape) -> Fragment:
        """What evaluation makes of a value of a declared type: null where it does not fit, a list of one its member."""
        if shape.type.name == "Any" and shape.admits is None:
            return fragment
        json_type = JSON_KINDS.get(shape.type.name)
        if shape.admits is not None or json_type in (None, "array", "object") or shape.components is not None:
            raise Untranslatable(
                f"values of the type '{shape.type.name}', or with constraints, are checked by the function"
            )
        name = self._emitter.fresh()
        self._bindings.append(f"{name} := {self._emitter.call('one', fragment.text).text}")
        return Fragment(f"({is_type(name, str(json_type))} ? {name} : null)", shape.type.name)

    # -- logic -------------------------------------------------------------------------------------------------------

    def _logic(self, decision: m.Decision, scope: Mapping[str, Fragment]) -> Fragment:
        if isinstance(decision.expression, m.DecisionTable):
            value, self._hits = self._table(decision.id, decision.expression, scope)
            return value
        return self._boxed(decision.expression, scope, decision.id)

    def _boxed(self, expression: m.Boxed, scope: Mapping[str, Fragment], place: str) -> Fragment:
        """Any boxed expression; `place` names its rules among the data."""
        if isinstance(expression, m.DecisionTable):
            return self._table(place, expression, scope)[0]
        if expression is None:
            return Fragment("null", "Null", simple=True)
        if isinstance(expression, m.Literal_) and not expression.language:
            return self._fitted(self._feel(expression.text, scope), self._model.types.shape(expression.text.type_ref))
        emit = _BOXED.get(type(expression))
        if emit is None:
            raise Untranslatable(
                f"{_WORDS.get(type(expression), 'a decision without logic')} are evaluated by the function"
            )
        return emit(self, expression, scope, place)

    def context(self, expression: m.BoxedContext, scope: Mapping[str, Fragment], place: str) -> Fragment:
        """The value of the entry without a name, or all others by name. Each entry sees those before it."""
        values: dict[str, Fragment] = {}
        for number, entry in enumerate(expression.entries):
            value = self._boxed(entry.value, {**scope, **values}, f"{place}#{number}")
            value = self._bind(self._fitted(value, self._model.types.shape(entry.type_ref)))
            if not entry.name:
                return value
            values[entry.name] = value
        return Fragment(f"{{{', '.join(f'{quote(name)}: {each.text}' for name, each in values.items())}}}", "context")

    def items(self, expression: m.BoxedList, scope: Mapping[str, Fragment], place: str) -> Fragment:
        """A list."""
        return self._listed([self._boxed(e, scope, f"{place}#{i}") for i, e in enumerate(expression.items)])

    def relation(self, expression: m.Relation, scope: Mapping[str, Fragment], place: str) -> Fragment:
        """A list of contexts, a row each."""
        rows = []
        for number, row in enumerate(expression.rows):
            cells = (self._bind(self._boxed(cell, scope, f"{place}#{number}#{i}")) for i, cell in enumerate(row))
            named = dict(zip(expression.columns, cells, strict=False))
            rows.append(Fragment(f"{{{', '.join(f'{quote(name)}: {cell.text}' for name, cell in named.items())}}}"))
        return self._listed(rows)

    def _listed(self, values: list[Fragment]) -> Fragment:
        wrapped = [self._emitter.call("wrap", self._emitter.defined(value).text).text for value in values]
        return Fragment(self._bind(Fragment(chained("$append", wrapped) if wrapped else "[]", "list")).text, "list")

    def conditional(self, expression: m.Conditional, scope: Mapping[str, Fragment], place: str) -> Fragment:
        """One of two; null where the condition is neither true, false nor null."""
        test = self._bind(self._boxed(expression.condition, scope, f"{place}#if")).text
        yes = self._bind(self._boxed(expression.consequence, scope, f"{place}#then")).text
        no = self._bind(self._boxed(expression.alternative, scope, f"{place}#else")).text
        return Fragment(f"({test} = true ? {yes} : {test} = false or {test} = null ? {no} : null)")

    def _feel(self, text: m.Text, scope: Mapping[str, Fragment]) -> Fragment:
        if not text.text:
            return Fragment("null", "Null", simple=True)
        return self._scoped(self._parse(text, scope), scope)

    def _parse(self, text: m.Text, scope: Mapping[str, Fragment]) -> n.Node:
        return self._model.compiler.parse(text, frozenset(scope))

    def _scoped(self, node: n.Node, scope: Mapping[str, Fragment]) -> Fragment:
        for name, fragment in scope.items():
            self._emitter.push(name, fragment)
        try:
            return plain(self._emitter.value(node))
        finally:
            for _ in scope:
                self._emitter.pop()

    def _table(self, place: str, table: m.DecisionTable, scope: Mapping[str, Fragment]) -> tuple[Fragment, str]:
        """The value, and the variable of the rules that fire."""
        names = frozenset(scope)
        choose = _CHOICES.get((hit_policy(table), table.aggregation))
        if choose is None:
            raise Untranslatable(f"the hit policy {table.hit_policy} {table.aggregation}".rstrip())
        shapes = [self._model.types.shape(output.type_ref) for output in table.outputs]
        members = self._model.compiler.members
        rules = [rule_data(table, rule, names, members, shapes, number) for number, rule in enumerate(table.rules)]
        self.data[place] = {"rules": rules, "default": output_data(table, None, shapes)}
        inputs = [self._column(clause.expression, scope) for clause in table.inputs]
        rule = self._emitter.fresh()
        tests = [self._emitter.call("cell", each.text, f"{rule}.c{i}").text for i, each in enumerate(inputs)]
        data = f"{self._rules}.{field(place)}"
        source = f"[{data}.rules]"
        hits = self._emitter.fresh()
        self._bindings.append(f"{hits} := [$filter({source}, function({rule}) {{ {conjunction(tests)} }})]")
        return choose(self._emitter, hits, f"{data}.default", table), hits

    def _column(self, text: m.Text, scope: Mapping[str, Fragment]) -> Fragment:
        """A column's value: one that does not fit its declared type is tested as it is."""
        value, kind = self._bind(self._feel(text, scope)), self._model.types.shape(text.type_ref).type.name
        if kind not in SCALARS or value.kind == kind:
            return value
        if kind not in JSON_KINDS:
            raise Untranslatable(f"texts are made a {kind} by the function")
        one = self._bind(self._emitter.call("one", value.text)).text
        return self._bind(Fragment(f"({is_type(one, JSON_KINDS[kind])} ? {one} : {value.text})"))


_BOXED: Final[dict[type, Callable[[_Translator, Any, Mapping[str, Fragment], str], Fragment]]] = {
    m.BoxedContext: _Translator.context,
    m.BoxedList: _Translator.items,
    m.Relation: _Translator.relation,
    m.Conditional: _Translator.conditional,
}
_WORDS: Final[dict[type, str]] = {
    m.Literal_: "expressions in other languages",
    m.Invocation: "invocations",
    m.FunctionDefinition: "functions",
    m.BoxedFilter: "boxed filters",
    m.BoxedIteration: "boxed iterations",
}
Choose = Callable[[Emitter, str, str, m.DecisionTable], Fragment]


def _first(emitter: Emitter, hits: str, default: str, table: m.DecisionTable) -> Fragment:
    return Fragment(
        f"($count({hits}) = 0 ? {emitter.call('sole', default).text} : {emitter.call('sole', f'{hits}[0].o').text})"
    )


def _unique(emitter: Emitter, hits: str, default: str, table: m.DecisionTable) -> Fragment:
    return Fragment(f"($count({hits}) > 1 ? null : {_first(emitter, hits, default, table).text})")


def _any(emitter: Emitter, hits: str, default: str, table: m.DecisionTable) -> Fragment:
    rule = emitter.fresh()
    differing = f"$filter({hits}, function({rule}) {{ $not({rule}.k = {hits}[0].k) }})"
    return Fragment(f"($exists({differing}) ? null : {_first(emitter, hits, default, table).text})")


def _list(hits: str, emitter: Emitter) -> str:
    result, rule = emitter.fresh(), emitter.fresh()
    wrapped = emitter.call("wrap", emitter.call("sole", f"{rule}.o").text).text
    return f"$reduce({hits}, function({result}, {rule}) {{ $append({result}, {wrapped}) }}, [])"


def _all(emitter: Emitter, hits: str, default: str, table: m.DecisionTable) -> Fragment:
    """RULE ORDER: without a match the default output."""
    return Fragment(f"($count({hits}) = 0 ? {emitter.call('sole', default).text} : {_list(hits, emitter)})")


def _collect(emitter: Emitter, hits: str, default: str, table: m.DecisionTable) -> Fragment:
    """COLLECT: without a match and a default the empty list."""
    name = emitter.fresh()
    nothing = f"({name} := {emitter.call('sole', default).text}; {name} = null ? [] : {name})"
    return Fragment(f"($count({hits}) = 0 ? {nothing} : {_list(hits, emitter)})")


def _aggregated(helper: str) -> Choose:
    def choose(emitter: Emitter, hits: str, default: str, table: m.DecisionTable) -> Fragment:
        if len(table.outputs) > 1:
            raise Untranslatable("aggregation over several outputs")
        value = emitter.call(helper, _list(hits, emitter)).text
        return Fragment(f"($count({hits}) = 0 ? {emitter.call('sole', default).text} : {value})")

    return choose


def _count(emitter: Emitter, hits: str, default: str, table: m.DecisionTable) -> Fragment:
    """Distinct outputs: equal ones share a key in the data."""
    name = emitter.fresh()
    nothing = f"({name} := {emitter.call('sole', default).text}; {name} = null ? 0 : {name})"
    return Fragment(f"($count({hits}) = 0 ? {nothing} : $count($distinct({hits}.k)))")


_CHOICES: Final[dict[tuple[str, str], Choose]] = {
    ("UNIQUE", ""): _unique,
    ("FIRST", ""): _first,
    ("ANY", ""): _any,
    ("RULE ORDER", ""): _all,
    ("COLLECT", ""): _collect,
    ("COLLECT", "SUM"): _aggregated("total"),
    ("COLLECT", "MIN"): _aggregated("least"),
    ("COLLECT", "MAX"): _aggregated("greatest"),
    ("COLLECT", "COUNT"): _count,
}
