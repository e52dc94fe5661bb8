"""ASL-009: a definition has at most 1 MB."""

import json
from collections.abc import Iterator

from state_machines.asl.limits import DEFINITION_BYTES
from state_machines.asl.scan import Definition, Fault


def check(definition: Definition) -> Iterator[Fault]:
    """Measures the definition as it is sent."""
    size = len(json.dumps(definition.json, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    if size > DEFINITION_BYTES:
        yield Fault("ASL-009", "", f"the definition has {size:,} bytes; {DEFINITION_BYTES:,} are possible")
