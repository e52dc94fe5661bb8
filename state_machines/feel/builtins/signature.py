"""How builtin functions declare their parameters, and how arguments are matched, coerced and refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from state_machines.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from state_machines.feel.values import Function, Range, Value, type_name
from state_machines.records import Record


class NoValue(Exception):  # noqa: N818 - it is a result, not a fault
    """A function has no result for its arguments: it becomes null, with this message as the warning."""


class Parameter(Record):
    """`kind` is a key of KINDS. `nullable` parameters take null, `optional` ones can be left out."""

    name: str
    kind: str
    optional: bool = False
    nullable: bool = False


class Signature(Record):
    """One way to call a function. The last parameter of a `variadic` one takes any number of arguments, as a list."""

    parameters: tuple[Parameter, ...]
    invoke: Callable[..., Value]
    variadic: bool = False


class Builtin(Record):
    """A builtin function. `needs_run`: the evaluation's Run is passed as the first argument."""

    name: str
    signatures: tuple[Signature, ...]
    needs_run: bool = False


KINDS: Final[dict[str, tuple[type, ...]]] = {
    "any": (),
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "list": (list,),
    "numbers": (list,),
    "context": (dict,),
    "contexts": (list,),
    "date": (Date,),
    "time": (Time,),
    "moment": (DateTime,),
    "day": (Date, DateTime),
    "temporal": (Date, Time, DateTime),
    "duration": (DaysDuration, MonthsDuration),
    "days": (DaysDuration,),
    "range": (Range,),
    "function": (Function,),
    "text or list": (str, list),
}
_MEMBERS: Final = {"numbers": Decimal, "contexts": dict}


def signature(parameters: str, invoke: Callable[..., Value], *, variadic: bool = False) -> Signature:
    """Read `name: kind, name: kind=, name: kind?`: `=` marks an optional parameter, `?` one that takes null."""
    read = []
    for part in filter(None, parameters.split(", ")):
        name, kind = part.split(": ")
        read.append(Parameter(name, kind.rstrip("=?"), "=" in kind, "?" in kind))
    return Signature(tuple(read), invoke, variadic)


def builtin(name: str, *signatures: Signature, needs_run: bool = False) -> tuple[str, Builtin]:
    """An entry of the table."""
    return name, Builtin(name, signatures, needs_run)


def call(function: Builtin, run: Any, arguments: Sequence[Value]) -> Value:
    """Call with positional arguments. Raises NoValue where no signature takes them."""
    reason = NoValue(f"{function.name} does not take {len(arguments)} arguments")
    for each in function.signatures:
        taken = _arrange(each, arguments)
        if taken is None:
            continue
        try:
            values = [coerce(p, v, function.name) for p, v in zip(each.parameters, taken, strict=False)]
        except NoValue as error:
            reason = error
            continue
        return each.invoke(run, *values) if function.needs_run else each.invoke(*values)
    raise reason


def call_named(function: Builtin, run: Any, arguments: Mapping[str, Value]) -> Value:
    """Call with named arguments. Raises NoValue where no signature has these names."""
    reason = NoValue(f"{function.name} has no parameters {', '.join(arguments)}")
    for each in function.signatures:
        names = [parameter.name for parameter in each.parameters]
        missing = [p.name for p in each.parameters if not p.optional and p.name not in arguments]
        if missing or not set(arguments) <= set(names):
            continue
        try:
            values = [
                coerce(p, arguments[p.name], function.name) if p.name in arguments else None for p in each.parameters
            ]
        except NoValue as error:
            reason = error
            continue
        return each.invoke(run, *values) if function.needs_run else each.invoke(*values)
    raise reason


def _arrange(each: Signature, arguments: Sequence[Value]) -> Sequence[Value] | None:
    """The arguments by parameter, or None where their number does not fit."""
    if each.variadic:
        fixed = len(each.parameters) - 1
        return None if len(arguments) < fixed else [*arguments[:fixed], list(arguments[fixed:])]
    required = sum(not parameter.optional for parameter in each.parameters)
    return arguments if required <= len(arguments) <= len(each.parameters) else None


def coerce(parameter: Parameter, value: Value, function: str) -> Value:
    """The value as the parameter's kind: a list of one gives its member, a lone value a list. Raises NoValue."""
    if parameter.kind == "any" or (value is None and parameter.nullable):
        return value
    classes = KINDS[parameter.kind]
    if list in classes and not isinstance(value, classes):
        value = None if value is None else [value]
    elif isinstance(value, list) and len(value) == 1 and list not in classes:
        value = value[0]
    member = _MEMBERS.get(parameter.kind)
    fits = isinstance(value, classes) and (
        member is None or (isinstance(value, list) and all(isinstance(item, member) for item in value))
    )
    if not fits:
        raise NoValue(f"{function}: {parameter.name} must be a {parameter.kind}, not {type_name(value)}")
    return value
