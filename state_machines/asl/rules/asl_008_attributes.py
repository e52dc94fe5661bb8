"""ASL-008: native DynamoDB writes use S and N attributes alone; Step Functions spells the others differently."""

from collections.abc import Iterator, Mapping
from typing import Any

from state_machines.asl.scan import Definition, Fault

_ITEMS = ("Item", "Key", "ExpressionAttributeValues")


def check(definition: Definition) -> Iterator[Fault]:
    """Finds attributes of other types in items, keys and values."""
    for state in definition.states:
        if "dynamodb" in str(state.body.get("Resource", "")):
            for name, types in _attributes(state.body.get("Arguments")):
                if not isinstance(types, Mapping) or len(types) != 1 or not set(types) <= {"S", "N"}:
                    yield Fault("ASL-008", state.name, f"the attribute '{name}' is neither S nor N")
                elif not all(isinstance(value, str) for value in types.values()):
                    yield Fault("ASL-008", state.name, f"the value of the attribute '{name}' is no text")


def _attributes(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _attributes(item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key in _ITEMS and isinstance(item, Mapping):
                yield from item.items()
            else:
                yield from _attributes(item)
