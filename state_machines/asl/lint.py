"""Own lint of definitions in JSON: every rule of `rules` over every state. Says what is wrong, mends nothing."""

from collections.abc import Mapping

from state_machines.asl.model import Json
from state_machines.asl.rules import ALL, asl_009_size
from state_machines.asl.scan import Definition, Fault


def lint(definition: Mapping[str, Json]) -> tuple[Fault, ...]:
    """The faults of a definition, in the order of the rules; of one that is too large, only that. Never raises."""
    scanned = Definition(definition)
    return tuple(asl_009_size.check(scanned)) or tuple(fault for rule in ALL for fault in rule(scanned))
