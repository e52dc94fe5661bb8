"""Names that are written as expressions but read no variables, such as `="order"`: their text is known beforehand."""

from datetime import datetime
from decimal import Decimal

from state_machines.bpmn.model import Expression
from state_machines.feel import FeelSyntaxError, evaluate, parse
from state_machines.feel.analysis import names_read
from state_machines.feel.juel import parse_juel


class _NowError(Exception):
    """The expression depends on the time."""


def constant_text(expression: Expression) -> str | None:
    """The text, or whole number, that an expression always gives; None if it reads variables or the time."""
    try:
        tree = (parse_juel if expression.language == "juel" else parse)(expression.text)
        value = None if names_read(tree) else evaluate(tree, {}, clock=_unknown)
    except (FeelSyntaxError, _NowError):
        return None
    whole = isinstance(value, Decimal) and value == value.to_integral_value()
    return f"{value:.0f}" if whole else value if isinstance(value, str) else None


def _unknown() -> datetime:
    raise _NowError
