"""The DMN TCK's cases as they lie beside the repository: reading, running, comparing by the runners' rules."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from state_machines.dmn import DecisionResult, Definitions, evaluate, evaluate_service, load_dmn
from state_machines.feel.comparison import same
from state_machines.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time
from state_machines.xml import Element, read_xml

FOLDER = Path(__file__).parents[3].parent / "shared" / "conformance" / "dmn"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_PARSERS = {"date": parse_date, "time": parse_time, "dateTime": parse_date_time, "duration": parse_duration}


@dataclass(frozen=True)
class Case:
    """One test case: `expects_value` says that something other than null must come out."""

    id: str
    level: str
    passed: bool
    expects_value: bool


def cases() -> Iterator[Case]:
    """All cases, run."""
    for entry in json.loads((FOLDER / "index.json").read_text()):
        folder = FOLDER / entry["level"] / entry["directory"]
        definitions = _model(folder, entry["model"])
        for case in read_xml((folder / entry["tests"]).read_bytes()).all("testCase"):
            results = case.all("resultNode")
            wanted = [_expected(result) is not None for result in results]
            passed = all(_passes(definitions, case, result) for result in results)
            yield Case(f"{entry['directory']}/{case.get('id')}", entry["level"][-1], passed, any(wanted))


def models() -> Iterator[tuple[str, Definitions, dict[str, list[Any]]]]:
    """All models: the folder, the model, and what the cases expect by the name of the decision."""
    for entry in json.loads((FOLDER / "index.json").read_text()):
        folder = FOLDER / entry["level"] / entry["directory"]
        wanted: dict[str, list[Any]] = {}
        for case in read_xml((folder / entry["tests"]).read_bytes()).all("testCase"):
            for result in case.all("resultNode"):
                wanted.setdefault(result.get("name") or "", []).append(_expected(result))
        yield entry["directory"], _model(folder, entry["model"]), wanted


def _model(folder: Path, name: str) -> Definitions:
    """The model under test; the others in its folder are what it may import, directly or through others."""
    known: dict[str, Definitions] = {}
    sources = [path.read_bytes() for path in sorted(folder.glob("*.dmn"))]
    for _ in sources:
        read = [load_dmn(source, imports=known) for source in sources]
        known = {each.namespace: each for each in read}
    return load_dmn((folder / name).read_bytes(), imports=known)


def _expected(result: Element) -> Any:
    expected = result.child("expected")
    return None if expected is None else value(expected)


def _passes(definitions: Definitions, case: Element, result: Element) -> bool:
    got = _evaluate(definitions, case, result)
    if result.get("errorResult") == "true" and not got.warnings:
        return False
    return equal(_expected(result), got.value)


def _evaluate(definitions: Definitions, case: Element, result: Element) -> DecisionResult:
    context = _context(definitions, case)
    if case.get("type") == "decisionService":
        return evaluate_service(definitions, case.get("invocableName") or "", context, clock=lambda: datetime.now(UTC))
    return evaluate(definitions, result.get("name") or "", context, clock=lambda: datetime.now(UTC))


def _context(definitions: Definitions, case: Element) -> dict[str, Any]:
    context: dict[str, Any] = {}
    for node in case.all("inputNode"):
        places = {each.namespace: name for name, each in definitions.imports.items()}
        place = places.get(node.get("namespace") or "")
        target = context if place is None else context.setdefault(place, {})
        target[node.get("name") or ""] = value(node)
    return context


def value(element: Element) -> Any:
    """A value of a test file as a FEEL value."""
    single = element.child("value")
    if single is not None:
        return _single(single)
    items = element.child("list")
    if items is not None:
        return [value(item) for item in items.all("item")]
    components = element.all("component")
    return {each.get("name"): value(each) for each in components} if components else None


def _single(element: Element) -> Any:
    if element.get("nil", _XSI) == "true":
        return None
    kind = (element.get("type", _XSI) or "xsd:string").partition(":")[2]
    if kind == "string":
        return element.text
    text = element.text.strip()
    if kind == "boolean":
        return text == "true"
    return _PARSERS[kind](text) if kind in _PARSERS else Decimal(text)


def equal(expected: Any, got: Any) -> bool:
    """The published runners' equality: numbers within 1e-8."""
    if isinstance(expected, Decimal) and isinstance(got, Decimal):
        return abs(expected - got) < Decimal("0.00000001")
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(equal, expected, got))
    if isinstance(expected, dict) and isinstance(got, dict):
        return expected.keys() == got.keys() and all(equal(each, got[key]) for key, each in expected.items())
    return type(expected) is type(got) and (expected == got or same(expected, got))
