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
    assert vocabulary.BPMN_READ - bpmn == set()
    assert vocabulary.CAMUNDA_ELEMENTS - camunda == set()
    assert vocabulary.ZEEBE_ELEMENTS - zeebe == set()
    assert vocabulary.CAMUNDA_ATTRIBUTES.keys() - attributes == set()
