"""docs/feel.md and docs/dmn.md say what the code does, and show every function."""

import doctest
from pathlib import Path

import pytest

from local.docs import GENERATED
from local.language_docs import called, decide, feel
from local.language_examples import BUILTINS
from state_machines.feel.builtins import NAMES

LANGUAGES = [path for path in GENERATED if path.suffix == ".md"]


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.name)
def test_the_document_is_what_the_code_says(path: Path) -> None:
    assert path.read_text() == GENERATED[path](), "run `make docs`"


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.name)
def test_examples_hold(path: Path) -> None:
    found = doctest.DocTestParser().get_doctest(
        path.read_text().replace("```", ""), {"feel": feel, "decide": decide}, path.name, str(path), 0
    )
    result = doctest.DocTestRunner().run(found)
    assert result.attempted > 10
    assert result.failed == 0


def test_every_function_has_an_example() -> None:
    assert sorted(map(called, BUILTINS)) == sorted(NAMES)
