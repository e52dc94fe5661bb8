"""The page about BPMN is what the compiler does now, and leaves no element out."""

import re

import pytest

from state_machines.bpmn import vocabulary
from tests.docs.bpmn_page import PAGE, page, tables


@pytest.mark.slow
def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == page(), "docs/bpmn.md is not what the compiler does: run `make docs`, commit the page"


def test_every_word_that_is_read_stands_in_a_model() -> None:
    text = b"".join(source for table in tables() for source in table.sources()).decode()
    bpmn, camunda, zeebe = (set(re.findall(rf"</?{prefix}(\w+)", text)) for prefix in ("", "camunda:", "zeebe:"))
    attributes = set(re.findall(r"\scamunda:(\w+)=", text))
    unshown = {
        *(vocabulary.BPMN_READ - bpmn),
        *(vocabulary.CAMUNDA_ELEMENTS - camunda),
        *(vocabulary.ZEEBE_ELEMENTS - zeebe),
        *(vocabulary.CAMUNDA_ATTRIBUTES.keys() - attributes),
    }
    assert unshown == set(), "write a model with them in tests/docs/features.py, then run `make docs`"
