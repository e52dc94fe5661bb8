"""Calculators: simulations that products declare in FEEL. Pure.

simulate: inputs to results and schedule, or everything wrong with the inputs; check.py: everything wrong with a
calculator; functions: the financial functions that its expressions may call; finance/: the mathematics under them.
"""

from catalogue.calculators.functions import functions
from catalogue.calculators.inputs import Described, InputProblem, describe_inputs
from catalogue.calculators.simulate import Shown, Simulation, calculator_context, plain, simulate

__all__ = [
    "Described",
    "InputProblem",
    "Shown",
    "Simulation",
    "calculator_context",
    "describe_inputs",
    "functions",
    "plain",
    "simulate",
]
