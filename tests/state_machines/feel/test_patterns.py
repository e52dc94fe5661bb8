"""Regular expressions of XPath: against Python's where both mean the same, and the clauses where they do not."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state_machines.feel import evaluate, evaluate_with_warnings
from state_machines.feel.builtins.patterns import compile_pattern
from tests.effort import effort


@st.composite
def _patterns(draw: st.DrawFn, references: bool) -> tuple[str, str]:
    """A pattern as XPath and as Python writes it: there, a group that matched nothing is not taken for empty."""
    atoms = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "^", "$"])
    opened, closed = 0, list[int]()

    def group(depth: int) -> tuple[str, str]:
        nonlocal opened
        opened += 1
        number = opened
        ours, theirs = map("".join, zip(*sequence(depth - 1), strict=True))
        closed.append(number)
        tail = draw(st.sampled_from([")", ")?", "){1,2}", "|b)"]))
        return f"({ours}{tail}", f"({theirs}{tail}"

    def sequence(depth: int) -> Iterator[tuple[str, str]]:
        for _ in range(draw(st.integers(1, 3))):
            kind = draw(st.sampled_from(["atom", "same", "group"]))
            if kind == "group" and depth:
                yield group(depth)
            elif kind == "same" and references and closed:
                number = draw(st.sampled_from(closed))
                yield f"\\{number}", f"(?({number})\\{number}|)"
            else:
                yield (draw(atoms),) * 2

    parts = list(sequence(2))
    return "".join(x for x, _ in parts), "".join(p for _, p in parts)


@effort(300)
@given(st.booleans().flatmap(_patterns), st.text("ab\n", max_size=8))
@pytest.mark.hypothesis
def test_the_first_match_is_where_python_finds_it(pattern: tuple[str, str], text: str) -> None:
    ours, theirs = pattern
    expected = re.search(theirs.replace("$", r"\Z"), text)
    found = compile_pattern(ours).search(text, lambda _: None)
    assert (found and found[:2]) == (expected and expected.span())


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "expected"),
    [
        ("abcabc", r"^(abc)\1$", "", True),
        ("aA", r"^(a)\1$", "i", True),
        ("aA", r"^(a)\1$", "", False),
        ("b", r"^(a)?b\1$", "", True),
        ("aa1", r"^(a)\11$", "", True),
        ("é", r"^\P{IsBasicLatin}$", "", True),
        ("α", r"^\p{IsGreek}\p{IsCyrillic}?$", "", True),
        ("é", r"^\p{IsLatin-1Supplement}$", "", True),
        ("hello world", r"\p{ I s B a s i c L a t i n }+", "x", True),
        ("hello world", r"hello\ sworld", "x", True),
        ("a_b", r"^\w+$", "", False),
        ("a\N{NO-BREAK SPACE}b", r"a\sb", "", False),
        ("\N{KELVIN SIGN}", "^[A-Z]$", "i", True),
        ("x", r"^[\p{Lu}]$", "i", False),
        ("o", "[A-Z-[OI]]", "i", False),
        ("abcd\ndefg\n", "^$", "m", False),
        ("a", r"(a\1)", "", None),
        ("a", r"(a)\2", "", None),
        ("a", r"\p{IsKlingon}", "", None),
        ("a", r"\p{Xy}", "", None),
        ("a", "[]a]", "", None),
        ("a}", "a}", "", None),
        ("a", "a", "g", None),
    ],
)
def test_matches(text: str, pattern: str, flags: str, expected: bool | None) -> None:
    assert evaluate("matches(t, p, f)", {"t": text, "p": pattern, "f": flags}) is expected


@pytest.mark.parametrize(
    ("pattern", "replacement", "expected"),
    [(r"(.)\1", "<$1>", "<a><b>c"), ("(b)", "$12", "aab2b2c"), ("(a)(a)", "$2$1$3", "aabbc"), ("c", r"\$", "aabb$")],
)
def test_replace(pattern: str, replacement: str, expected: str) -> None:
    assert evaluate("replace(t, p, r)", {"t": "aabbc", "p": pattern, "r": replacement}) == expected


@pytest.mark.parametrize("pattern", [r"^(a+)+\1$", r"(a*)*\1c", r"(.*)(.*)(.*)\1\2\3x"])
def test_no_pattern_hangs(pattern: str) -> None:
    result = evaluate_with_warnings("matches(t, p)", {"t": "a" * 2000 + "b", "p": pattern})
    assert result.value is None
    assert "steps" in result.warnings[-1].message
