"""ASL-005: expressions use neither a bare `$` or `$$` nor `$eval`, which Step Functions refuses."""

import re
from collections.abc import Iterator

from state_machines.asl.expressions import TEXT
from state_machines.asl.scan import Definition, Fault

_BARE = re.compile(r"\$(?![A-Za-z_])|\$\$")
_EVAL = re.compile(r"\$eval\b")


def check(definition: Definition) -> Iterator[Fault]:
    """Finds what reads the context item, or evaluates text."""
    for state in definition.states:
        for expression in state.expressions:
            code = TEXT.sub("''", expression)
            if _BARE.search(code):
                yield Fault("ASL-005", state.name, "an expression uses a bare $ or $$")
            if _EVAL.search(code):
                yield Fault("ASL-005", state.name, "an expression uses $eval")
