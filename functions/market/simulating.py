"""Runs the calculators of products for customers: what comes out, or everything that is wrong with the inputs."""

from typing import Any

from catalogue.calculators import InputProblem, Simulation, simulate
from catalogue.kinds.calculator import Calculator
from catalogue.kinds.parts import words
from catalogue.kinds.product import Product
from catalogue.selling.eligibility import Eligibility
from catalogue.selling.features import values_of
from catalogue.selling.prices import priced
from catalogue.selling.shelf import Published
from contract import errors
from contract.shapes.common import Finding
from contract.shapes.market import SimulatedSchedule, SimulateOffer, SimulationResult
from contract.shapes.market import Simulation as Answer
from functions.market.asking import eligibility
from functions.market.offers import check_variant, find_offered
from functions.runtime.calls import Call
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError, not_found


def simulate_offer(ports: Ports, call: Call) -> Answer:
    """POST /market/offers/{id}/simulate."""
    wanted: SimulateOffer = call.body
    offered = eligibility(ports, wanted)
    one = find_offered(offered, call.path["id"])
    if offered.sale(one.facets, "simulate") is None:
        raise ProblemError(errors.CONFLICT, f"{one.id} is not simulated in this channel.")
    check_variant([one], wanted.variant)
    calculator = _calculator(one, wanted.calculator)
    language = one.facets.spoken(wanted.language)
    done = _run(offered, one, calculator, wanted)
    if not isinstance(done, Simulation):
        findings = [_finding(problem, language) for problem in done]
        raise ProblemError(errors.VALIDATION_FAILED, "Some inputs are wrong; see errors.", findings)
    return shown(calculator, done, language, one.facets.languages[0])


def _calculator(one: Published, id_: str) -> Calculator:
    """The one that is named, else the product's first."""
    calculators = one.entry.calculators if isinstance(one.entry, Product) else []
    found = next((each for each in calculators if id_ in ("", each.id)), None)
    if found is None:
        raise not_found("calculator", id_ or f"of {one.id}")
    return found


def _run(
    offered: Eligibility, one: Published, calculator: Calculator, wanted: SimulateOffer
) -> Simulation | tuple[InputProblem, ...]:
    asker = offered.asker
    return simulate(
        calculator,
        wanted.inputs,
        features=values_of(offered.shelf, one.entry, asker, wanted.variant),
        prices=priced(offered, one, wanted.variant).amounts(),
        customer=dict(asker.customer),
        channel=asker.channel,
        at=asker.at,
    )


def _finding(problem: InputProblem, language: str) -> Finding:
    said = words(problem.words, language, "en") if problem.words else problem.message
    return Finding(code=f"input-{problem.code}", message=said, field=f"/inputs/{problem.input}".rstrip("/"))


def shown(calculator: Calculator, done: Simulation, language: str, first: str) -> Answer:
    """A simulation as it is told."""
    return Answer(
        calculator=calculator.id,
        name=words(calculator.name, language, first),
        inputs=dict(done.inputs),
        results=[
            SimulationResult(
                id=one.result.id,
                name=words(one.result.name, language, first),
                kind=one.result.kind,
                unit=one.result.unit,
                currency=one.result.currency,
                value=one.value,
            )
            for one in done.results
        ],
        schedule=_schedule(calculator, done, language, first),
    )


def _schedule(calculator: Calculator, done: Simulation, language: str, first: str) -> SimulatedSchedule | None:
    if calculator.schedule is None or done.rows is None:
        return None
    columns: list[dict[str, Any]] = [
        {"id": column.id, "name": words(column.name, language, first), "kind": column.kind}
        for column in calculator.schedule.columns
    ]
    name = words(calculator.schedule.name, language, first)
    return SimulatedSchedule(name=name, columns=columns, rows=[dict(row) for row in done.rows])
