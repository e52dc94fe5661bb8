"""Text of a model that may be an expression: in which language it is. Nothing is parsed here."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from state_machines.bpmn import findings as codes
from state_machines.bpmn.constants import constant_text
from state_machines.bpmn.findings import Findings
from state_machines.bpmn.model import Expression, Text, Value
from state_machines.xml import Element

Dialect = Literal["bpmn", "camunda7", "camunda8"]

_FEEL_LANGUAGES: Final = re.compile(r"feel|https?://www\.omg\.org/spec/(DMN|FEEL)/.*", re.IGNORECASE)
_JUEL: Final = re.compile(r"[$#]\{")


@dataclass(frozen=True)
class Notation:
    """How text is to be read in this file, and where problems go."""

    dialect: Dialect
    findings: Findings
    declared: bool = False
    """Whether the file says for which platform it was drawn; else its extensions tell the dialect."""

    @property
    def engine(self) -> Dialect:
        """Whose manual counts where it differs from BPMN. What only has Camunda 8's extensions keeps to BPMN."""
        return self.dialect if self.declared or self.dialect == "camunda7" else "bpmn"

    def value(self, text: str, line: int) -> Value:
        """A literal, or an expression where the dialect's mark (`=`, `${}`, `#{}`) says so."""
        stripped = text.strip()
        if self.dialect != "camunda7" and stripped.startswith("="):
            return Expression(stripped[1:].strip(), "feel", line)
        if self.dialect != "camunda8" and is_juel(stripped):
            body = whole_juel(stripped)
            return Expression(stripped if body is None else body, "juel", line)
        return Text(stripped, line)

    def optional(self, text: str | None, line: int) -> Value | None:
        """As `value`; None where there is no text."""
        return None if text is None or not text.strip() else self.value(text, line)

    def computed(self, text: str | None, what: str, owner: str, line: int) -> Value | None:
        """As `optional`, of what Camunda 8 takes no text for: it is an error, and read as what must be meant."""
        value = self.optional(text, line)
        if not isinstance(value, Text):
            return value
        words = f"The {what} '{value.text}' is text, not an expression. Write it as ={value.text}."
        self.findings.error(codes.NOT_AN_EXPRESSION, owner, line, words)
        return Expression(value.text, "feel", line)

    def or_null(self, text: str | None, line: int) -> Value:
        """As `value`; null where there is no text."""
        return self.optional(text, line) or Expression("null", "feel", line)

    def name(self, text: str, owner: str, line: int, what: str) -> str:
        """Text that must be fixed when the process is published, such as a message's name."""
        name, computed = self.named(text, line)
        if computed is None:
            return name
        self.findings.error(
            codes.BAD_VALUE, owner, line, f"{what} '{text.strip()}' is computed; here it must be a fixed text."
        )
        return ""

    def named(self, text: str, line: int) -> tuple[str, Expression | None]:
        """A name, and what gives it where it is no fixed text: then the name is as it is written."""
        value = self.value(text, line)
        if isinstance(value, Text):
            return value.text, None
        constant = constant_text(value)
        return (text.strip(), value) if constant is None else (constant.strip(), None)

    def reference(self, text: str | None, line: int) -> Value | None:
        """As `optional`, of what is called by a name."""
        value = self.optional(text, line)
        constant = constant_text(value) if isinstance(value, Expression) else None
        return value if constant is None else Text(constant.strip(), line)

    def element_value(self, element: Element, owner: str) -> Value:
        """The value of an element's text, in the language that its `language` attribute may name."""
        forced = self._forced(element, owner)
        return forced if forced is not None else self.value(element.text, element.line)

    def condition(self, element: Element, owner: str) -> Expression | None:
        """The expression that an element holds. Text without a mark is FEEL, but in Camunda 7 an error."""
        forced = self._forced(element, owner)
        if forced is not None:
            return forced
        if not element.text.strip():
            self.findings.error(
                codes.NOT_AN_EXPRESSION, owner, element.line, "The condition is empty. Write an expression."
            )
            return None
        value = self.value(element.text, element.line)
        if isinstance(value, Expression):
            return value
        if self.dialect == "camunda7":
            self.findings.error(
                codes.NOT_AN_EXPRESSION,
                owner,
                element.line,
                f"'{value.text}' is text, not an expression. Write it as ${{{value.text}}}.",
            )
            return None
        return Expression(value.text, "feel", element.line)

    def script(self, element: Element, language: str, owner: str) -> Expression | None:
        """What a script computes, in FEEL or JUEL; None, with an error, in any other language."""
        text = element.text.strip()
        if language.lower() == "juel" and is_juel(text):
            return Expression(whole_juel(text) or text, "juel", element.line)
        if is_feel(language):
            return Expression(text[1:].strip() if text.startswith("=") else text, "feel", element.line)
        words = f"The script is written in '{language}'. Write it in FEEL."
        self.findings.error(codes.SCRIPT_LANGUAGE, owner, element.line, words)
        return None

    def _forced(self, element: Element, owner: str) -> Expression | None:
        """What a `language` attribute says; languages that are not FEEL, but name scripts, are refused."""
        language = element.get("language") or ""
        if not language or language.lower() in ("juel", "xpath") or language.endswith("/XPath"):
            return None
        if not _FEEL_LANGUAGES.fullmatch(language):
            self.findings.error(
                codes.SCRIPT_LANGUAGE,
                owner,
                element.line,
                f"The expression is written in '{language}'. Write it in FEEL.",
            )
        text = element.text.strip()
        return Expression(text[1:].strip() if text.startswith("=") else text, "feel", element.line)


def is_feel(language: str) -> bool:
    """Whether a script format or language attribute means FEEL (none given means FEEL too)."""
    return not language or _FEEL_LANGUAGES.fullmatch(language) is not None


def is_juel(text: str) -> bool:
    """Whether anything in a text is computed."""
    return _JUEL.search(text) is not None


def whole_juel(text: str) -> str | None:
    """The body of text that is exactly one `${...}` or `#{...}`, else None. Quoted braces do not count."""
    if not (_JUEL.match(text) and text.endswith("}")):
        return None
    quote, depth = "", 0
    for index, char in enumerate(text[1:-1], start=1):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        else:
            depth += (char == "{") - (char == "}")
            if depth == 0 and index > 1:
                return None
    return text[2:-1].strip()
