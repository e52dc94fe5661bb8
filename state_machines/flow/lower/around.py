"""The open regions around what goes on in an execution of its own: it is told what its tokens have to know of them."""

from collections.abc import Mapping
from dataclasses import replace

from state_machines.asl.model import Json
from state_machines.flow import jsonata
from state_machines.flow.bounds import Open
from state_machines.flow.build import SegmentBuilder
from state_machines.flow.graph import Graph
from state_machines.flow.jsonata import asl

Regions = Mapping[str, Open]
"""By scope."""


def around(b: SegmentBuilder, graph: Graph) -> dict[str, Open]:
    """The scopes from the process down to this one that are open regions, as they are known at this place."""
    return {scope: b.whole[scope] for scope in ("", *graph.path) if scope in b.whole}


def told_of(regions: Regions) -> str:
    """JSONata of what the execution is told: by scope, `base` and `entered`."""
    known = {scope: {"base": f"${region.base}", "entered": f"${region.entered}"} for scope, region in regions.items()}
    return jsonata.obj({scope: jsonata.obj(about) for scope, about in known.items()})


def renamed(b: SegmentBuilder, regions: Regions, state: str) -> dict[str, Open]:
    """The regions as the execution knows them: with variables that it assigns itself, in this state."""
    variable = b.build.names.variable
    return {
        scope: replace(region, base=variable("base", state), entered=variable("entered", state))
        for scope, region in regions.items()
    }


def assigned(regions: Regions, there: str) -> dict[str, Json]:
    """What that state assigns. `there`: JSONata of what was told."""
    found: dict[str, Json] = {}
    for scope, region in regions.items():
        known = f"$lookup({there}, {jsonata.text(scope)})"
        found |= {region.base: asl(f"{known}.base"), region.entered: asl(f"{known}.entered")}
    return found
