"""DMN 1.1 to 1.5: files to a typed, checked model; decisions to values with a trace, or to data and one JSONata."""

from state_machines.dmn.evaluate import DecisionResult, DecisionTrace, evaluate, evaluate_service
from state_machines.dmn.model import Decision, Definitions, DmnError, InputData
from state_machines.dmn.reader import load_dmn, read_dmn
from state_machines.dmn.tables import RuleTrace

__all__ = [
    "Decision",
    "DecisionResult",
    "DecisionTrace",
    "Definitions",
    "DmnError",
    "InputData",
    "RuleTrace",
    "evaluate",
    "evaluate_service",
    "load_dmn",
    "read_dmn",
]
