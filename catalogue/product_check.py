"""Whether a `product.yaml` is a product: shape, expressions, translations. All findings at once (PRODUCT-nnn).

PRODUCT-001 not YAML, 002 shape, 003 expression, 004 doubled id, 005 missing translation, 006 value of a feature,
007 price without currency or period, 008 validity that ends before it begins.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal

from pydantic import ValidationError

from catalogue.expressions import syntax_problem
from catalogue.kinds.product import Product
from catalogue.yaml_source import YamlError, YamlSource, read_yaml
from state_machines.diagnostics import Diagnostic, Severity

Path = tuple[str | int, ...]
Problem = tuple[str, Severity, Path, str]


def read_product(source: bytes) -> tuple[Product | None, tuple[Diagnostic, ...]]:
    """The product, if it is one, and everything there is to say about it."""
    try:
        text = read_yaml(source)
    except YamlError as error:
        return None, (Diagnostic("PRODUCT-001", "error", "", error.line, error.message),)
    try:
        product = Product.model_validate(text.data)
    except ValidationError as error:
        return None, tuple(_shape_finding(text, e["loc"], e["msg"]) for e in error.errors(include_url=False))
    problems = [problem for check in _CHECKS for problem in check(product)]
    return product, tuple(_finding(text, product.id, problem) for problem in problems)


def _shape_finding(text: YamlSource, location: Path, message: str) -> Diagnostic:
    where = ".".join(str(part) for part in location) or "the product"
    return Diagnostic("PRODUCT-002", "error", "", text.line(location), f"{where}: {message}.")


def _finding(text: YamlSource, product_id: str, problem: Problem) -> Diagnostic:
    code, severity, path, message = problem
    return Diagnostic(code, severity, product_id, text.line(path), message)


def _expressions(product: Product) -> Iterator[Problem]:
    found: list[tuple[Path, str]] = [(("segment",), product.segment)] if product.segment else []
    found += [(("prices", i, "value"), p.value) for i, p in enumerate(product.prices) if isinstance(p.value, str)]
    for path, expression in found:
        problem = syntax_problem(expression)
        if problem is not None:
            yield "PRODUCT-003", "error", path, problem


def _doubled(product: Product) -> Iterator[Problem]:
    lists = {"features": [f.id for f in product.features], "prices": [p.id for p in product.prices]}
    for name, ids in lists.items():
        for index, id_ in enumerate(ids):
            if id_ in ids[:index]:
                yield "PRODUCT-004", "error", (name, index, "id"), f"The id {id_!r} stands twice in {name}."


def _translations(product: Product) -> Iterator[Problem]:
    texts: list[tuple[Path, dict[str, str]]] = [
        (("name",), product.name),
        (("content", "summary"), product.content.summary),
    ]
    texts += [(("features", i, "name"), f.name) for i, f in enumerate(product.features)]
    texts += [(("prices", i, "name"), p.name) for i, p in enumerate(product.prices)]
    for path, words in texts:
        for language in product.languages:
            if language not in words:
                yield "PRODUCT-005", "error", path, f"The text in {language!r} is missing; add it or drop the language."


def _feature_values(product: Product) -> Iterator[Problem]:
    for index, feature in enumerate(product.features):
        if feature.kind in _VALUE_CHECKS and not _VALUE_CHECKS[feature.kind](feature.value):
            path = ("features", index, "value")
            yield "PRODUCT-006", "error", path, f"{feature.value!r} is no value of kind {feature.kind!r}."


def _prices(product: Product) -> Iterator[Problem]:
    for index, price in enumerate(product.prices):
        if price.type != "rate" and price.currency is None:
            yield "PRODUCT-007", "error", ("prices", index), f"The price {price.id!r} needs a currency."
        if price.type == "recurring" and price.period is None:
            yield "PRODUCT-007", "error", ("prices", index), f"The recurring price {price.id!r} needs a period."


def _validity(product: Product) -> Iterator[Problem]:
    for name, channel in product.channels.items():
        times = [t for t in (channel.from_, channel.until) if t is not None]
        if any(t.tzinfo is None for t in times):
            yield (
                "PRODUCT-008",
                "error",
                ("channels", name),
                f"Times of channel {name!r} need a zone, as in 2026-01-01T00:00:00Z.",
            )
        elif len(times) == 2 and times[1] <= times[0]:
            yield "PRODUCT-008", "error", ("channels", name), f"Channel {name!r} ends before it begins."


def _number(value: object) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _range(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {"min", "max"} and all(map(_number, value.values()))


def _choice(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, (str, int, float)) for v in value)


_VALUE_CHECKS: dict[str, Callable[[object], bool]] = {
    "text": lambda v: isinstance(v, str) or (isinstance(v, dict) and all(isinstance(t, str) for t in v.values())),
    "number": _number,
    "money": _number,
    "percentage": _number,
    "yesNo": lambda v: isinstance(v, bool),
    "date": lambda v: hasattr(v, "isoformat") or isinstance(v, str),
    "range": _range,
    "choice": _choice,
}
_CHECKS = (_expressions, _doubled, _translations, _feature_values, _prices, _validity)
