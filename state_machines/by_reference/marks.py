"""What the compiler writes around expressions of models, so that none takes a reference for the value.

A state's text begins with definitions that fail where a variable that is read is, or holds, a reference. Whoever
evaluates the text elsewhere leaves the definitions away and brings functions of these names that load and store.
"""

import json
import re
from collections.abc import Iterable
from typing import Final

KEY: Final = "dpc:ref"
"""The member by which a reference is known; data from outside never has it."""
LIST_KEY: Final = "dpc:refs"
"""The member of the first element of a list that stands elsewhere, and of which only the length is here."""
FAILURE: Final = "dpc:by-reference"
"""What the failure of such an expression says. No expression holds it in one piece, though its failure may quote it."""
ASKED: Final = "asked"
"""How the variables of the machine begin that hold who asks, and then the answer."""
SEEN: Final = "$seen_whole"
"""Where the variables are that an expression of a model reads."""

_MARK: Final = f"'\"{KEY}\":'"
_CHECK: Final = (
    "$whole:=function($n,$o){$contains($string($map($n,function($k){$lookup($o,$k)})),"
    f"{_MARK})?$error('dpc:'&'by-reference'):$o}}; "
)
_KEEP: Final = "$keep := function($x) { $x }; "
_WHOLE: Final = re.compile(r"\$whole\(\[((?:'\w+'(?:, )?)*)\], (\$[A-Za-z_]\w*(?:\.\w+)*)\)", re.ASCII)
_TOLD: Final = re.compile(
    rf"(\$exists\(\${ASKED}_\w+\.given\)) \? (\$lookup\(\${ASKED}_\w+\.given, '\d+'\)) : (.*)", re.DOTALL
)
_INPUT: Final = "$states.input"
_MARKS: Final = ("$whole(", "$keep(", "$listed(")
_LISTED: Final = "$listed := function($x) { $x }; "


def whole(names: Iterable[str], variables: str) -> str:
    """JSONata of an object whose members of these names (JSONata of texts) are no references, nor hold any."""
    return f"$whole([{', '.join(names)}], {variables})"


def whole_object(variables: str) -> str:
    """JSONata of an object of which no member is a reference, nor holds any."""
    return f"($all := {variables}; $whole($keys($all), $all))"


def keep(value: str) -> str:
    """JSONata of a value that a text is made of: large parts of it are stored first."""
    return f"$keep({value})" if is_marked(value) else value


def listed(value: str) -> str:
    """JSONata of a list whose elements are asked for one by one: a large one stands elsewhere."""
    return f"$listed({value})"


def is_marked(text: str) -> bool:
    """Whether a text reads variables that may be references."""
    return "$whole(" in text


def guarded(text: str) -> str:
    """JSONata as the machine has it: fails where it would read a reference."""
    keeps = (definition for mark, definition in zip(_MARKS, ("", _KEEP, _LISTED), strict=True) if mark in text)
    return f"({_CHECK}{''.join(keeps)}{text})" if any(mark in text for mark in _MARKS) else text


def unguarded(text: str) -> str:
    """A text of the machine without the definitions: to be evaluated where the functions are known."""
    before, found, rest = text.partition(f"({_CHECK}")
    if not found:
        return text
    for definition in (_KEEP, _LISTED):
        rest = rest.removeprefix(definition)
    return f"{before}({rest}"


def refers(texts: Iterable[str], variables: Iterable[str]) -> str:
    """JSONata of whether what some texts read is or holds a reference: never undefined, never a failure.

    `variables`: those of the machine that they may read, beside the state's input.
    """
    known = [f"${name}" for name in variables]
    read: dict[str, None] = {}
    for text in texts:
        precise = [each for each in _WHOLE.finditer(text) if each[2] == _INPUT or each[2].split(".")[0] in known]
        if len(precise) < text.count("$whole("):
            read |= dict.fromkeys([_INPUT, *known])
        for found in precise:
            names = found[1].split(", ") if found[2] == _INPUT else []
            read |= {f"$lookup({_INPUT}, {name})": None for name in names} or {found[2]: None}
    return f"$contains($string([{', '.join(read)}]), {_MARK})"


def told(asked: str, number: int, text: str) -> str:
    """JSONata of what the answer in a variable gives for the text of this number; of the text, if nobody asked."""
    return f"$exists(${asked}.given) ? $lookup(${asked}.given, '{number}') : {text}"


def told_or_not(text: str) -> tuple[str, str, str]:
    """JSONata of whether an answer is there, of what it gives, and of the text in whose place it stands.

    >>> told_or_not(told("asked_p", 0, "1 + 1"))
    ('$exists($asked_p.given)', "$lookup($asked_p.given, '0')", '1 + 1')
    >>> told_or_not("1 + 1")
    ('', '', '1 + 1')
    """
    found = _TOLD.fullmatch(text)
    return (found[1], found[2], found[3]) if found else ("", "", text)


def is_reference(value: object) -> bool:
    """Whether a JSON value is a reference, or tells where a list stands."""
    return isinstance(value, dict) and (KEY in value or LIST_KEY in value)


def mentioned(value: object) -> bool:
    """Whether a JSON value has a reserved member anywhere."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return any(f'"{key}":' in text for key in (KEY, LIST_KEY))
