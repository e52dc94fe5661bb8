"""YAML from outside: plain data only, no aliases or doubled keys, within limits, each value with its line."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import yaml

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where it is there: it reads ten times faster."""
MAX_BYTES = 512 * 1024
_MAX_DEPTH = 40


class YamlError(Exception):
    """The text is not YAML that we take. `line` is 1-based."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message, self.line = message, line


@dataclass(frozen=True)
class YamlSource:
    """The data, and the text in which it stands."""

    data: Any
    text: str

    def line(self, path: Sequence[str | int]) -> int:
        """The line of the value at a path; of the nearest thing that exists if there is none."""
        node = _composed(self.text)
        for part in path:
            child = _child(node, part)
            if child is None:
                break
            node = child
        return int(node.start_mark.line) + 1 if node else 1


@lru_cache(maxsize=16)
def _composed(text: str) -> yaml.Node | None:
    """Composed again for the few texts whose lines are asked for: nodes take fifty times the memory of the text."""
    return yaml.compose(text, Loader=_LOADER)


def read_yaml(source: bytes) -> YamlSource:
    """Raises `YamlError`."""
    if len(source) > MAX_BYTES:
        raise YamlError(f"The file has {len(source)} bytes; at most {MAX_BYTES} are read.", 1)
    try:
        text = source.decode("utf-8-sig")
        _refuse_aliases(text)
        loader = _LOADER(text)
        root = loader.get_single_node()
        data = None if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        # The end of the text is a line of its own to some readers: the last one that holds something is named.
        last = max(1, len(text.rstrip().splitlines()))
        line = min(error.problem_mark.line + 1, last) if error.problem_mark else 1
        raise YamlError(f"This is not YAML: {error.problem}.", line) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise YamlError(f"This is not YAML: {error}.", 1) from error
    if root is None:
        raise YamlError("The file is empty.", 1)
    _refuse_doubled_keys(root)
    return YamlSource(data, text)


def _refuse_aliases(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent))
        depth -= isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent))
        if isinstance(event, yaml.AliasEvent):
            raise YamlError("Aliases (*name) are not allowed; write the value out.", _line(event))
        if depth > _MAX_DEPTH:
            raise YamlError(f"More than {_MAX_DEPTH} levels are not allowed.", _line(event))


def _refuse_doubled_keys(node: yaml.Node) -> None:
    """The last one would win in silence."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_doubled_keys(item)
    if isinstance(node, yaml.MappingNode):
        seen: dict[tuple[str, str], int] = {}
        for key, value in node.value:
            line, name = key.start_mark.line + 1, (key.tag, str(key.value))
            if name in seen:
                raise YamlError(f"{key.value!r} stands here and in line {seen[name]}; keep one.", line)
            seen[name] = line
            _refuse_doubled_keys(value)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _child(node: yaml.Node | None, part: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        found: yaml.Node = node.value[part]
        return found
    return None
