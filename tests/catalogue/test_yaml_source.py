"""YAML from outside: what is refused, with its line."""

import pytest

from catalogue.yaml_source import YamlError, read_yaml


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: 1\nb: 2\na: 3\n", 3), ("p:\n  - x: 1\n    y: 2\n    x: 1\n", 4), ("a: &b 1\nc: *b\n", 2), ("", 1)],
)
def test_what_would_be_read_otherwise_than_it_looks_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(YamlError) as refused:
        read_yaml(text.encode())
    assert refused.value.line == line


def test_equal_names_of_different_things_are_no_doubles() -> None:
    assert read_yaml(b"a: {x: 1}\nb: {x: 1}\n1: t\n'1': u\n").data == {"a": {"x": 1}, "b": {"x": 1}, 1: "t", "1": "u"}
