"""Typed reading of plain XML attributes: booleans, whole numbers, fixed sets of words."""

from collections.abc import Collection

from state_machines.bpmn import findings as codes
from state_machines.bpmn.findings import Findings
from state_machines.xml import Element

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def boolean(text: str | None, default: bool, what: str, owner: Element | str, line: int, findings: Findings) -> bool:
    """An xsd:boolean; `default` where it is absent or, with an error, not one."""
    if text is None:
        return default
    value = _BOOLEANS.get(text.strip())
    if value is None:
        findings.error(codes.BAD_VALUE, owner, line, f"'{what}' is '{text}'; it must be true or false.")
        return default
    return value


def flag(element: Element, name: str, default: bool, findings: Findings) -> bool:
    """A boolean attribute of a BPMN element."""
    return boolean(element.get(name), default, name, element, element.line, findings)


def whole_number(text: str | None, what: str, owner: Element | str, line: int, findings: Findings) -> int | None:
    """A whole number from 0 on; None where it is absent or, with an error, not one."""
    if text is None or not text.strip():
        return None
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        findings.error(codes.BAD_VALUE, owner, line, f"'{what}' is '{digits}'; it must be a whole number.")
        return None
    return int(digits)


def one_of(
    text: str | None,
    allowed: Collection[str],
    default: str,
    what: str,
    owner: Element | str,
    line: int,
    found: Findings,
) -> str:
    """One of a fixed set of words; `default` where it is absent or, with an error, none of them."""
    if text is None or not text.strip():
        return default
    if text.strip() in allowed:
        return text.strip()
    found.error(
        codes.BAD_VALUE, owner, line, f"'{what}' is '{text.strip()}'; it must be one of {', '.join(sorted(allowed))}."
    )
    return default
