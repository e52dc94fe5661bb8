"""Small pieces of JSONata that the compiler composes: literals, objects, paths, merges. No BPMN and no states here."""

import json
import re
from collections.abc import Iterable, Mapping

from state_machines.asl.model import Json

INPUT = "$states.input"
INSTANCE_ID = "$substringBefore($states.context.Execution.Name, '_')"
ENTERED_MILLIS = "$toMillis($states.context.State.EnteredTime)"
DPC = "$states.context.Execution.Input._dpc"
BUSINESS_KEY = f"{DPC}.businessKey"
RESERVED = "_dpc"
"""The variable that is the platform's own. Beside what the execution was started with, `at` tells items apart."""

MERGE_BRANCHES = (
    "$reduce($states.result, function($acc, $b) { "
    "$merge([$sift($acc, function($v, $k) { $not($k in $b.gone) }), $b.set]) }, $states.input)"
)
"""The variables behind a Parallel: with what each of its branches has `changes` of; the later wins."""

MAX_BYTES = 250_000
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_WORDS = frozenset({"and", "or", "in", "true", "false", "null", "function"})


def asl(expression: str) -> str:
    """JSONata as ASL writes it. No expression of ours holds a placeholder; what looks like one is a model's text."""
    return "{% " + expression.replace("${dpc:", "\\u0024{dpc:") + " %}"


def text(value: str) -> str:
    """A string literal. What looks like one of our placeholders is spelt so that nobody replaces it."""
    if re.fullmatch(r"[^'\"\\\x00-\x1f\x7f]*", value) and "${dpc:" not in value and "%}" not in value:
        return f"'{value}'"
    return json.dumps(value).replace("${dpc:", "\\u0024{dpc:").replace("%}", "\\u0025}")


def literal(value: Json) -> str:
    """Any JSON value as JSONata."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict):
        return obj({key: literal(item) for key, item in value.items()})
    if isinstance(value, list):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    return json.dumps(value)


def plain(value: str) -> str:
    """Constant text in a place where ASL takes text or JSONata: itself, or an expression where it could be misread."""
    return asl(text(value)) if "{%" in value or "${dpc:" in value else value


def obj(members: Mapping[str, str]) -> str:
    """An object of expressions."""
    return "{" + ", ".join(f"{text(key)}: {value}" for key, value in members.items()) + "}"


def merge(*objects: str) -> str:
    """Objects merged, the later winning; missing ones are passed over."""
    return f"$merge([{', '.join(objects)}])"


def member(of: str, name: str) -> str:
    """A member of an object."""
    if _NAME.match(name) and name not in _WORDS:
        return f"{of}.{name}"
    return f"$lookup({of}, {text(name)})"


def put(into: str, path: tuple[str, ...], value: str) -> str:
    """The object `into` with `value` at a path; objects on the way are kept, anything else there is replaced."""
    head, *rest = path
    if not rest:
        return merge(into, obj({head: value}))
    inner = member(into, head)
    return merge(into, obj({head: put(f"($type({inner}) = 'object' ? {inner} : {{}})", tuple(rest), value)}))


def fork_entered(fork: str) -> str:
    """When the fork around a scope began, as its watchers and what they watch know it."""
    return f"$lookup({INPUT}.{RESERVED}.entered, {text(fork)})"


def without(of: str, names: Iterable[str]) -> str:
    """An object without some of its members; always an object."""
    listed = ", ".join(text(name) for name in names)
    return f"$merge([{{}}, $sift({of}, function($v, $k) {{ $not($k in [{listed}]) }})])"


def object_or_empty(of: str) -> str:
    """An object, or an empty one where there is something else or nothing."""
    return f"($type({of}) = 'object' ? {of} : {{}})"


def changes(before: str, after: str) -> str:
    """What makes variables others: `set`, the names with their values, and `gone`, the names that are no more."""
    new = "$sift($o, function($v, $k) { $not($lookup($o, $k) = $lookup($in, $k)) })"
    gone = "$filter($keys($in), function($k) { $not($exists($lookup($o, $k))) })"
    return f"($in := {before}; $o := {after}; {{'set': {new}, 'gone': {gone}}})"


def bounded(variables: str) -> str:
    """The variables, unless they are larger than Step Functions hands on: 256 KiB of UTF-8, with room for the rest.

    Most are so small that their bytes need not be counted. A byte is one character in a URL, or `%` and two more.
    """
    return f"($o := {variables}; $s := $string($o); {LARGE} ? $error({text(TOO_LARGE)}) : $o)"


def fits(variables: str) -> str:
    """Whether the variables are not larger than that: exactly true or false."""
    return f"($s := $string({variables}); $not({LARGE}))"


TOO_LARGE = f"The variables have more than {MAX_BYTES:,} bytes. Keep large values as documents."
_ENCODED = "$u := $encodeUrlComponent($s); $length($u) - 2 * ($count($split($u, '%')) - 1)"
LARGE = f"($length($s) * 4 > {MAX_BYTES} ? ({_ENCODED}) > {MAX_BYTES} : false)"
"""JSONata of whether the text `$s` has more bytes than that."""


def seconds_until(deadline_millis: str) -> str:
    """What remains until a moment, as `TimeoutSeconds` takes it: a whole number from 1 to 99,999,999."""
    return f"$min([99999999, $max([1, $ceil(({deadline_millis} - $millis()) / 1000)])])"
