"""What is handed over to another execution of the same machine, and how that begins and ends. `resuming` starts it."""

from collections.abc import Iterable, Mapping

from state_machines.asl.model import Json
from state_machines.flow import jsonata
from state_machines.flow.jsonata import DPC, INPUT, RESERVED, asl
from state_machines.flow.lower.resuming import TOLD, thrown_in
from state_machines.flow.steps import END, Catch, Fork, Segment, Way

HANDED = f"{DPC}.resume"
DRAWN = asl("$substring($replace($uuid(), '-', ''), 0, 20)")
"""What tells the execution apart; drawn before it is started, so that a repeated start finds it."""


def handed_over(name: str, carried: Iterable[str], more: Mapping[str, str]) -> str:
    """JSONata of the input of an execution that begins at `name`: the variables, and those of the machine."""
    kept = jsonata.obj({variable: f"${variable}" for variable in carried})
    about = jsonata.obj({"at": jsonata.text(name), **more, "kept": kept})
    return jsonata.merge(INPUT, f"{{'{RESERVED}': $merge([{INPUT}.{RESERVED}, {{'resume': {about}}}])}}")


def taken_over(own: Mapping[str, str]) -> dict[str, Json]:
    """What the execution assigns first. `own`: what the variables are called there."""
    return {here: asl(member(f"{HANDED}.kept", there)) for there, here in own.items()}


def member(of: str, name: str) -> str:
    """JSONata of a variable that was handed over; what nobody has set yet is null."""
    value = jsonata.member(of, name)
    return f"$exists({value}) ? {value} : null"


def entry(name: str, branch: Segment, output: str) -> Segment:
    """What the execution runs: a fork of one branch, so that an error that leaves it can be told."""
    errors = tuple(sorted(set(thrown_in(branch))))
    caught = (Catch(errors, Way(END), asl(TOLD)),) if errors else ()
    kept = f"$merge([{{}}, $sift({INPUT}.{RESERVED}, function($v, $k) {{ $k != 'resume' }})])"
    given = asl(jsonata.merge(INPUT, f"{{'{RESERVED}': {kept}}}"))
    fork = Fork(name, branch.element, "helper", Way(END), (branch,), output, catches=caught, arguments=given)
    return Segment(Way(name), {name: fork}, branch.element)
