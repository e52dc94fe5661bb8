"""ASL-004: a JSONata machine holds no JSONPath."""

import re
from collections.abc import Iterator

from state_machines.asl.fields import JSONPATH
from state_machines.asl.scan import Definition, Fault

_INTRINSIC = re.compile(r"\A(?:[^'\"]|'[^']*'|\"[^\"]*\")*?\bStates\.[A-Z]\w*\(")


def check(definition: Definition) -> Iterator[Fault]:
    """Finds JSONPath fields, and a query language that is not JSONata."""
    if definition.json.get("QueryLanguage") != "JSONata":
        yield Fault("ASL-004", "", "QueryLanguage is not JSONata")
    for state in definition.states:
        places = [state.body, *state.entries("Choices"), *state.entries("Catch")]
        for key in (key for place in places for key in place if key in JSONPATH):
            yield Fault("ASL-004", state.name, f"the field {key} belongs to JSONPath")
        if state.body.get("QueryLanguage", "JSONata") != "JSONata":
            yield Fault("ASL-004", state.name, "QueryLanguage is not JSONata")
        if any(map(_INTRINSIC.search, state.expressions)):
            yield Fault("ASL-004", state.name, "an expression calls an intrinsic function of JSONPath")
