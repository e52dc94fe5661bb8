"""What the server accepts from a form, and what it says about the rest."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.forms import Form, validate_values
from catalogue.forms.checksums import iban, nip, pesel
from catalogue.patterns import compile_pattern
from tests.effort import effort


def form(*components: dict[str, Any]) -> Form:
    return Form.model_validate({"components": list(components)})


def check(components: list[dict[str, Any]], values: dict[str, Any], context: dict[str, Any] | None = None) -> Any:
    clock = lambda: datetime(2026, 11, 22, 12, tzinfo=UTC)  # noqa: E731
    clean, errors = validate_values(form(*components), values, context or {}, clock=clock)
    return clean, {error.field: error.code for error in errors}


def test_all_wrong_fields_are_named_at_once_in_the_callers_language():
    subject = form(
        {"type": "textfield", "key": "name", "validate": {"required": True}},
        {"type": "number", "key": "amount", "validate": {"max": 100}},
        {"type": "textfield", "key": "mail", "validate": {"validationType": "email"}},
    )
    _, errors = validate_values(subject, {"amount": 101, "mail": "x", "odd": 1}, {}, language="pl-PL")
    assert {e.field: e.code for e in errors} == {"name": "required", "amount": "max", "mail": "email", "odd": "unknown"}
    assert {e.field: e.message for e in errors}["amount"] == "Co najwyżej 100."


@pytest.mark.parametrize(
    ("component", "value"),
    [
        ({"type": "number"}, "12"),
        ({"type": "number"}, True),
        ({"type": "number"}, float("inf")),
        ({"type": "number", "decimalDigits": 2}, 1.005),
        ({"type": "number", "validate": {"min": 1}}, 0.999),
        ({"type": "textfield"}, 5),
        ({"type": "textfield"}, ["x"]),
        ({"type": "textfield", "validate": {"maxLength": 3}}, "ąęść"),
        ({"type": "textfield", "validate": {"pattern": "^[A-Z]{2}$"}}, "abc"),
        ({"type": "textfield", "validate": {"validationType": "phone"}}, "call me"),
        ({"type": "checkbox"}, "true"),
        ({"type": "checkbox"}, 1),
        ({"type": "radio", "values": [{"value": True}, {"value": False}]}, 1),
        ({"type": "select", "values": [{"value": "a"}]}, "b"),
        ({"type": "checklist", "values": [{"value": "a"}]}, ["a", "b"]),
        ({"type": "checklist", "values": [{"value": "a"}]}, "a"),
        ({"type": "datetime", "subtype": "date"}, "2026-02-30"),
        ({"type": "datetime", "subtype": "date"}, "22.11.2026"),
        ({"type": "datetime", "subtype": "date", "disallowPassedDates": True}, "2026-11-21"),
        ({"type": "datetime", "subtype": "time"}, "25:00"),
        ({"type": "filepicker"}, "../etc/passwd"),
        ({"type": "dynamiclist", "components": []}, {"0": {}}),
    ],
)
def test_values_that_do_not_fit_are_refused(component: dict[str, Any], value: Any):
    place = {"path": "x"} if component["type"] == "dynamiclist" else {"key": "x"}
    _, errors = check([{**component, **place}], {"x": value})
    assert list(errors) == ["x"]


@pytest.mark.parametrize(
    ("component", "value", "clean"),
    [
        ({"type": "number", "decimalDigits": 2}, 1.1, 1.1),
        ({"type": "number", "serializeToString": True}, "12.50", "12.50"),
        ({"type": "textfield", "validate": {"validationType": "iban"}}, "PL61 1090 1014 0000 0712 1981 2874",
         "PL61109010140000071219812874"),
        ({"type": "textfield", "validate": {"validationType": "phone"}}, "+48 600-100-200", "+48600100200"),
        ({"type": "textfield"}, "  ", None),
        ({"type": "radio", "values": [{"value": False}], "validate": {"required": True}}, False, False),
        ({"type": "taglist", "values": [{"value": 1}, {"value": 2}]}, [2, 2, 1], [2, 1]),
        ({"type": "datetime", "subtype": "datetime"}, "2026-11-22T14:30", "2026-11-22T14:30"),
        ({"type": "filepicker", "multiple": True}, ["doc-1"], ["doc-1"]),
    ],
)  # fmt: skip
def test_values_that_fit_are_taken_in_their_normal_form(component: dict[str, Any], value: Any, clean: Any):
    assert check([{**component, "key": "x"}], {"x": value}) == ({"x": clean}, {})


HIDDEN = [
    {"type": "select", "key": "kind", "values": [{"value": "car"}, {"value": "other"}]},
    {"type": "textfield", "key": "why", "validate": {"required": True}, "conditional": {"hide": '=kind != "other"'}},
]


def test_a_hidden_field_is_neither_required_nor_taken():
    assert check(HIDDEN, {"kind": "car", "why": "sneaked in"}) == ({"kind": "car", "why": None}, {})
    assert check(HIDDEN, {"kind": "other"})[1] == {"why": "required"}
    assert check(HIDDEN, {"kind": "car", "why": "new"}, {"why": "old"}) == ({"kind": "car"}, {})


def test_a_hidden_group_hides_what_it_holds():
    group = {"type": "group", "path": "spouse", "conditional": {"hide": "=not(married)"},
             "components": [{"type": "textfield", "key": "name", "validate": {"required": True}}]}  # fmt: skip
    married = {"type": "checkbox", "key": "married"}
    assert check([married, group], {"married": False})[1] == {}
    assert check([married, group], {"married": True})[1] == {"spouse.name": "required"}
    assert check([married, group], {"married": True, "spouse": {"name": "Łucja"}})[0]["spouse"] == {"name": "Łucja"}


def test_a_hidden_value_does_not_steer_later_conditions():
    chain = [*HIDDEN, {"type": "textfield", "key": "more", "conditional": {"hide": '=why != "x"'},
                       "validate": {"required": True}}]  # fmt: skip
    assert check(chain, {"kind": "car", "why": "x"})[1] == {}
    assert check(chain[::-1], {"kind": "car", "why": "x"})[1] == {}, "nor earlier ones"


def test_read_only_fields_may_be_echoed_but_not_changed():
    fixed = [{"type": "number", "key": "amount", "readonly": True}]
    assert check(fixed, {"amount": 5}, {"amount": 5}) == ({}, {})
    assert check(fixed, {"amount": 6}, {"amount": 5})[1] == {"amount": "read-only"}
    assert check(fixed, {"amount": 1}, {"amount": True})[1] == {"amount": "read-only"}
    assert check([{"type": "number", "key": "amount", "readonly": "=locked"}], {"amount": 6}, {"locked": True})[1]


def test_what_was_not_sent_keeps_its_value_or_takes_its_default():
    fields = [{"type": "textfield", "key": "a", "defaultValue": "d"}, {"type": "textfield", "key": "b"},
              {"type": "number", "key": "c", "defaultExpression": "=n * 2"}]  # fmt: skip
    assert check(fields, {}, {"n": 4}) == ({"a": "d", "b": None, "c": 8}, {})
    assert check(fields, {}, {"n": 4, "a": "kept"})[0] == {"b": None, "c": 8}


def test_required_asks_for_this_submission():
    assert check([{"type": "number", "key": "a", "validate": {"required": True}}], {}, {"a": 1})[1] == {"a": "required"}
    assert check([{"type": "checkbox", "key": "a", "validate": {"required": True}}], {"a": False})[1] == {
        "a": "required"
    }


def test_computed_fields_are_computed_here_whatever_was_sent():
    fields = [{"type": "number", "key": "n"}, {"type": "expression", "key": "double", "expression": "=n * 2"}]
    assert check(fields, {"n": 3, "double": 100}) == ({"n": 3, "double": 6}, {})


def test_choices_from_variables():
    field = [{"type": "select", "key": "branch", "valuesKey": "branches"}]
    offered = {"branches": [{"value": "waw", "label": "Warszawa"}, "krk"]}
    assert check(field, {"branch": "waw"}, offered)[1] == {}
    assert check(field, {"branch": "krk"}, offered)[1] == {}
    assert check(field, {"branch": "gdn"}, offered)[1] == {"branch": "choice"}
    assert check(field, {"branch": "waw", "branches": ["gdn"]}, offered)[1] == {"branches": "unknown"}


def test_repeated_rows_are_checked_one_by_one():
    rows = [{"type": "dynamiclist", "path": "children", "components": [
        {"type": "textfield", "key": "name", "validate": {"required": True}},
        {"type": "number", "key": "age"}]}]  # fmt: skip
    _, errors = check(rows, {"children": [{"name": "Ewa", "age": 3}, {"age": "x"}, "no"]})
    assert errors == {"children.1.name": "required", "children.1.age": "type", "children.2": "type"}
    assert check(rows, {"children": [{"name": "Ewa"}]})[0] == {"children": [{"name": "Ewa", "age": None}]}


def test_dotted_keys_make_objects_and_keep_what_the_form_does_not_show():
    field = [{"type": "textfield", "key": "customer.name"}]
    assert check(field, {"customer": {"name": "Jan"}}, {"customer": {"id": 7}})[0] == {
        "customer": {"id": 7, "name": "Jan"}
    }


def test_a_hostile_pattern_cannot_hang_the_server():
    hostile = [{"type": "textarea", "key": "x", "validate": {"pattern": "^(a+)+$"}}]
    assert check(hostile, {"x": "a" * 40_000 + "!"})[1] == {"x": "pattern"}
    assert (
        compile_pattern("(a)\\1") and compile_pattern("(?=a)") and compile_pattern("[") and not compile_pattern("^a+$")
    )


@effort(100)
@given(st.integers(1900, 2299), st.integers(1, 12), st.integers(1, 28), st.integers(0, 9999))
def test_pesel_accepts_the_check_digit_and_no_other(year: int, month: int, day: int, serial: int):
    shift = {18: 80, 19: 0, 20: 20, 21: 40, 22: 60}[year // 100]
    body = f"{year % 100:02}{month + shift:02}{day:02}{serial:04}"
    good = [body + str(digit) for digit in range(10) if pesel(body + str(digit))]
    assert len(good) == 1
    assert sum(w * int(d) for w, d in zip((1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1), good[0], strict=True)) % 10 == 0


@effort(100)
@given(st.text(alphabet="0123456789", min_size=24, max_size=24), st.integers(0, 23))
def test_iban_finds_every_single_wrong_digit(account: str, at: int):
    check_digits = 98 - int(f"{account}252100") % 97
    good = f"PL{check_digits:02}{account}"
    wrong = account[:at] + str((int(account[at]) + 1) % 10) + account[at + 1 :]
    assert iban(good) == good
    assert iban(good[:4] + wrong) is None


@pytest.mark.parametrize(
    ("wrong", "read"),
    [("44051401358", pesel), ("4405140135", pesel), ("44151401359", pesel), ("٤٤٠٥١٤٠١٣٥٩", pesel), ("5261040827", nip),
     ("PL61", iban), ("DE00370400440532013000", iban)],
)  # fmt: skip
def test_wrong_numbers_are_refused(wrong: str, read: Any):
    assert read(wrong) is None


@effort(100)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
                    max_leaves=8))  # fmt: skip
def test_no_value_breaks_the_validation(value: Any):
    kinds = ("textfield", "number", "checkbox", "radio", "checklist", "datetime", "filepicker")
    fields = [{"type": kind, "key": kind, "values": [{"value": "a"}]} for kind in kinds]
    nested = [
        {"type": "group", "path": "g", "components": fields},
        {"type": "dynamiclist", "path": "l", "components": fields},
    ]
    check([*fields, *nested], dict.fromkeys((*kinds, "g", "l"), value))
