"""What is said about a form at publish; the demo's forms have nothing to be said about."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalogue.forms import read_form

PRODUCTS = Path(__file__).parents[3] / "catalogue" / "products"
DEMO = sorted(PRODUCTS.glob("*/forms/*.json"))


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_the_demo_forms_are_sound_in_english_and_polish(path: Path):
    form, findings = read_form(path.read_bytes(), languages=("en", "pl"))
    assert form and not findings
    assert form.id == path.stem


def codes(*components: dict[str, Any]) -> set[str]:
    return {f.code for f in read_form(json.dumps({"components": components}).encode(), languages=("en", "pl"))[1]}


FIELD = {"type": "textfield", "key": "a"}


@pytest.mark.parametrize(
    ("code", "component"),
    [
        ("FORM-001", {"type": "carousel", "key": "a"}),
        ("FORM-003", {"type": "textfield"}),
        ("FORM-003", {"type": "textfield", "key": "a b"}),
        ("FORM-003", {"type": "textfield", "key": "_dpc"}),
        ("FORM-004", {**FIELD, "conditional": {"hide": "=a +"}}),
        ("FORM-004", {"type": "expression", "key": "a"}),
        ("FORM-005", {**FIELD, "validate": {"pattern": "(?=x)"}}),
        ("FORM-006", {"type": "select", "key": "a"}),
        ("FORM-007", {"type": "number", "key": "a", "defaultValue": "x"}),
        ("FORM-008", {"type": "number", "key": "a", "validate": {"min": 2, "max": 1}}),
        ("FORM-008", {**FIELD, "validate": {"minLength": 2, "maxLength": 1}}),
        ("FORM-009", {**FIELD, "label": {"en": "only English"}}),
        ("FORM-010", {**FIELD, "validate": {"requierd": True}}),
    ],
)
def test_each_mistake_has_its_code_and_no_other(code: str, component: dict[str, Any]):
    assert codes(component) == {code}


def test_two_fields_for_one_place():
    assert codes(FIELD, FIELD) == {"FORM-002"}
    assert codes({"type": "textfield", "key": "a.b"}, FIELD) == {"FORM-002"}
    assert codes({"type": "group", "path": "g", "components": [FIELD]}, FIELD) == set()


_UNSPEAKABLE = [b'{"components":[{"label":%s}]}' % value for value in (b"1e400", b"NaN", rb'"\ud800"')]


@pytest.mark.parametrize("source", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b"{}" + b" " * 500_000, *_UNSPEAKABLE])
def test_what_is_not_a_form_is_refused_with_words(source: bytes):
    form, findings = read_form(source)
    assert form is None and {f.code for f in findings} == {"FORM-001"}


def test_a_finding_names_key_and_line():
    source = json.dumps({"components": [FIELD, {"type": "select", "key": "choice"}]}, indent=1).encode()
    (finding,) = read_form(source)[1]
    assert (finding.element_id, finding.line) == ("choice", 9)
