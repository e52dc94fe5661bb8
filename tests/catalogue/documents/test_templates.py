"""What may stand in a template, how it is filled in, and that neither the template nor the data can do harm."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.documents import DocumentDataError, check_template, fill_template
from catalogue.documents.filters import FilterError, day, instalments, money, number, percent
from tests.effort import effort

TEMPLATES = sorted((Path(__file__).parents[3] / "catalogue" / "products").glob("*/documents/*.html"))


def codes(source: str, variables: frozenset[str] | None = None) -> set[str]:
    return {finding.code for finding in check_template("t", source.encode(), variables=variables)}


def fill(source: str, language: str = "en", **data: Any) -> str:
    return fill_template(source, data, language=language, today=date(2026, 11, 22), document_id="d1")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_the_demo_templates_are_allowed(path: Path):
    assert check_template(path.stem, path.read_bytes()) == ()


ATTACKS = {
    "call": "{{ cycler() }}",
    "method": "{{ customer.delete() }}",
    "class": "{{ ''.__class__ }}",
    "subclasses": "{{ x.__class__.__mro__[1].__subclasses__() }}",
    "by attr filter": "{{ x | attr('__class__') }}",
    "memory": "{{ 'x' * 10000000000 }}",
    "power": "{{ 9 ** 9 ** 9 }}",
    "range": "{% for i in range(1000000000) %}x{% endfor %}",
    "literal loop": "{% for i in [1, 2, 3] %}x{% endfor %}",
    "nested loops": "{% for a in x %}{% for b in x %}{% for c in x %}{% endfor %}{% endfor %}{% endfor %}",
    "recursive loop": "{% for a in x recursive %}{{ loop(a) }}{% endfor %}",
    "format": "{{ '%1000000000d' | format(1) }}",
    "printf": "{{ '%1000000000d' % 1 }}",
    "center": "{{ 'x' | center(1000000000) }}",
    "replace": "{{ x | replace('', x) }}",
    "batch": "{{ x | batch(1, 1) }}",
    "macro": "{% macro m() %}{{ m() }}{% endmacro %}",
    "call block": "{% call x() %}{% endcall %}",
    "include": "{% include '/etc/passwd' %}",
    "import": "{% import 'os' as os %}",
    "extends": "{% extends 'base' %}",
    "set": "{% set x = x ~ x %}",
    "block": "{% block b %}{% endblock %}",
    "filter block": "{% filter upper %}x{% endfilter %}",
    "autoescape": "{% autoescape false %}{{ x }}{% endautoescape %}",
    "safe": "{{ x | safe }}",
    "map": "{{ x | map(attribute='__class__') }}",
    "dict": "{{ {'a': 1} }}",
}


@pytest.mark.parametrize("source", ATTACKS.values(), ids=ATTACKS)
def test_attacks_are_refused_at_publish(source: str):
    assert codes(source) & {"DOC-002", "DOC-003", "DOC-004"}


RUNTIME: dict[str, tuple[str, dict[str, Any]]] = {
    "class": ("{{ x.__class__ }}", {"x": "a"}),
    "item class": ("{{ x['__class__'] }}", {"x": {}}),
    "method": ("{{ x.upper }}", {"x": "a"}),
    "items": ("{{ x.items }}", {"x": {}}),
    "global": ("{{ range(3) }}", {}),
    "loop": ("{% for i in x %}{{ loop.__init__ }}{% endfor %}", {"x": [1]}),
    "join": ("{{ x | join(',', attribute='__class__') }}", {"x": ["a"]}),
    "missing": ("{{ x.y }}", {"x": {"z": 1}}),
    "no filter": ("{{ x | attr('upper') }}", {"x": "a"}),
    "endless schedule": ("{{ x | instalments(100000, 5) }}", {"x": 1}),
    "infinite": ("{{ x | money }}", {"x": float("inf")}),
    "long text": ("{{ x }}", {"x": "a" * 50_001}),
    "long list": ("{{ x }}", {"x": [0] * 1001}),
    "long result": ("{% for a in x %}{% for b in x %}{{ t }}{% endfor %}{% endfor %}", {"x": [0] * 900, "t": "aaaa"}),
    "object": ("{{ x }}", {"x": object()}),
}


@pytest.mark.parametrize(("source", "data"), RUNTIME.values(), ids=RUNTIME)
def test_what_got_past_publish_is_stopped_by_the_sandbox(source: str, data: dict[str, Any]):
    with pytest.raises(DocumentDataError):
        fill(source, **data)


def test_deep_data_is_stopped():
    deep: dict[str, Any] = {}
    for _ in range(30):
        deep = {"x": deep}
    with pytest.raises(DocumentDataError):
        fill("x", x=deep)


@pytest.mark.parametrize(
    "source",
    ["<script>x</script>", '<img src="file:///etc/passwd"/>', '<img src="{{ x }}"/>', '<a href="javascript:x">x</a>',
     "<style>@import 'x';</style>", "<p style='background: url(http://x)'>x</p>", '<p onclick="x">x</p>',
     '<iframe src="data:image/x"></iframe>', '<link rel="stylesheet" href="x.css"/>', '<body background="x.png">',
     "<meta http-equiv='refresh' content='0'/>"],
)  # fmt: skip
def test_content_from_outside_is_refused_at_publish(source: str):
    assert codes(source) == {"DOC-006"}


def test_other_findings_name_their_line():
    source = "<p>\n{{ firstName }}\n<pdf:nextpage>\n{{ lastName | shout }}</p>"
    found = check_template("t", source.encode(), variables=frozenset({"firstName", "lastName"}))
    assert [(f.code, f.line) for f in found] == [("DOC-003", 4), ("DOC-007", 3)]
    assert codes("{{ a }}{{ b }}{{ today }}{{ language }}", frozenset({"a"})) == {"DOC-005"}
    assert codes("{{ a }}{% with b = a %}{{ b }}{% endwith %}", frozenset({"a"})) == set()
    (broken,) = check_template("t", b"ok\n{% if x %}")
    assert (broken.code, broken.line) == ("DOC-001", 2)
    assert codes("{{ x" + "(" * 5000) == {"DOC-001"}
    assert {f.code for f in check_template("t", b"\xff")} == {"DOC-001"}
    assert {f.code for f in check_template("t", b"x" * 500_001)} == {"DOC-001"}


def test_data_is_escaped_and_a_mistake_names_its_line():
    assert fill("<p>{{ name }}</p>", name="<script>&") == "<p>&lt;script&gt;&amp;</p>"
    with pytest.raises(DocumentDataError, match=r"line 2.*'amount' is undefined"):
        fill("<p>\n{{ amount }}</p>")
    with pytest.raises(DocumentDataError, match=r"line 3.*'x' is not a number"):
        fill("\n\n{{ amount | money }}", amount="x")


def test_loops_conditions_and_defaults():
    source = (
        "{% for r in rows %}{{ loop.index }}{{ r.name }}{% if not loop.last %},{% endif %}{% else %}none{% endfor %}"
    )
    assert fill(source, rows=[{"name": "a"}, {"name": "b"}]) == "1a,2b"
    assert fill(source, rows=[]) == "none"
    assert fill("{{ x | default('—', true) }}{% if y is defined %}!{% endif %}", x=None) == "—"


@pytest.mark.parametrize(
    ("format_", "polish", "english"),
    [
        (lambda to: money(to, 12345.6), "12 345,60 zł", "PLN 12,345.60"),
        (lambda to: money(to, "-0.005", "EUR"), "-0,01 €", "EUR -0.01"),
        (lambda to: number(to, 1234567.891, 1), "1 234 567,9", "1,234,567.9"),
        (lambda to: number(to, 5, 0), "5", "5"),
        (lambda to: percent(to, 8.9), "8,90%", "8.90%"),
        (lambda to: day(to, "2026-11-02T10:00:00Z"), "2 listopada 2026", "2 November 2026"),
        (lambda to: day(to, date(2026, 11, 2), "short"), "02.11.2026", "2026-11-02"),
    ],
)
def test_formats(format_: Callable[[str], str], polish: str, english: str):
    assert format_("pl").replace("\u00a0", " ") == polish
    assert format_("en").replace("\u00a0", " ") == english


@effort(100)
@given(st.decimals(1, 1_000_000, places=2), st.integers(1, 600), st.decimals(0, 40, places=2))
def test_a_schedule_repays_the_loan_to_the_cent(amount: Decimal, months: int, rate: Decimal):
    rows = instalments("pl", amount, months, rate)
    assert sum(row["principal"] for row in rows) == amount
    assert rows[-1]["balance"] == 0 and len(rows) == months
    assert all(row["payment"] == row["principal"] + row["interest"] for row in rows)
    assert all(row["payment"] == rows[0]["payment"] for row in rows[:-1] if row["balance"] > 0)


def test_a_schedule_against_known_figures():
    rows = instalments("pl", 10000, 12, 12, "2026-10-31")
    assert [rows[0]["payment"], rows[0]["interest"], rows[0]["principal"]] == [
        Decimal("888.49"), Decimal("100.00"), Decimal("788.49")]  # fmt: skip
    assert [row["due"] for row in rows[:4]] == ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"]
    for wrong in ((1, 601, 1), (1, 0, 1), (True, 1, 1), ("x", 1, 1), (1, 1, None)):
        with pytest.raises(FilterError):
            instalments("pl", *wrong)
