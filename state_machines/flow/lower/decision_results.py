"""What becomes of a decision's value: Camunda 7's mappings of decision results, and Camunda 8's plain value.

DMN gives the value of the rule that hit, or a list of such values. Camunda 7 sees a list of rows, each an object by
output name, and takes single entries, single rows, or lists of either from it (`state_machines.dmn.results`, for
decisions that are not known before).
"""

from collections.abc import Callable, Mapping

from state_machines.dmn.results import Shape
from state_machines.flow import jsonata


def mapped_result(mapping: str, shape: Shape, value: str, hit: str) -> str | None:
    """The value under one of Camunda 7's mappings as JSONata; None where the decision cannot give such a result.

    `value` is the JSONata of the decision's value, `hit` of whether a rule hit.
    """
    return _MAPPINGS[mapping or "resultList"](shape, value, hit)


def _single_entry(shape: Shape, value: str, hit: str) -> str | None:
    return None if shape.many or len(shape.names) > 1 else value


def _single_result(shape: Shape, value: str, hit: str) -> str | None:
    if shape.many:
        return None
    return value if len(shape.names) > 1 else f"({hit} ? {jsonata.obj({shape.names[0]: value})} : null)"


def _collect_entries(shape: Shape, value: str, hit: str) -> str | None:
    if len(shape.names) > 1:
        return None
    return _list(value) if shape.many else f"({hit} ? [{_kept(value)}] : [])"


def _result_list(shape: Shape, value: str, hit: str) -> str | None:
    if len(shape.names) > 1:
        return _list(value) if shape.many else f"({hit} ? [{value}] : [])"
    row = jsonata.obj({shape.names[0]: "$v"})
    if shape.many:
        return f"$reduce({_list(value)}, function($rows, $v) {{ $append($rows, [{row}]) }}, [])"
    return f"({hit} ? [($v := {value}; {row})] : [])"


def _list(value: str) -> str:
    return f"($list := {value}; $type($list) = 'array' ? $list : [])"


def _kept(value: str) -> str:
    """A member of a list constructor, which would take a list apart."""
    return f"($v := {value}; $type($v) = 'array' ? [$v] : $v)"


Mapping7 = Callable[[Shape, str, str], str | None]

_MAPPINGS: Mapping[str, Mapping7] = {
    "singleEntry": _single_entry,
    "singleResult": _single_result,
    "collectEntries": _collect_entries,
    "resultList": _result_list,
}
