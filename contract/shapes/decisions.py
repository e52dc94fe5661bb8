"""Decisions: what is deployed, evaluated, compared."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from contract.shapes.common import GivenTime, Request, Shape, Time, Variables


class DecisionItem(Shape):
    """A deployed decision in a list."""

    id: str
    name: str
    version: int
    deployed_at: Time


class EvaluateDecision(Request):
    """Inputs of a decision by name. `strict`: what others see as a warning and null refuses the evaluation. `trace`:
    the answer says what became of each rule."""

    variables: Variables = {}
    version: Annotated[int, Field(ge=1)] | None = None
    strict: bool = False
    trace: bool = False


class TracedInput(Shape):
    """A column of a decision table, and the value that its rules were asked of."""

    label: str
    value: Any


class TracedRule(Shape):
    """What became of a rule. `index` counts from 1; `cells` hold the verdict of each cell up to the one that failed,
    null where it cannot be said; `reason` says in words why the rule does not match."""

    index: int
    matched: bool
    cells: list[bool | None]
    reason: str | None = None


class TracedDecision(Shape):
    """One of the decisions that were made, required ones first. Inputs and rules are those of a decision table; of
    its rules the first thousand are told."""

    decision_id: str
    name: str
    result: Any
    inputs: list[TracedInput]
    rules: list[TracedRule]


class DecisionOutcome(Shape):
    """What a decision came to, and why. `version` is null for a draft; `trace` where it was asked for."""

    decision_id: str
    version: int | None
    result: Any
    matched_rules: list[dict[str, Any]]
    warnings: list[str]
    trace: list[TracedDecision] | None = None


class InstanceDecision(Shape):
    """A decision that was made for an instance, when and at which element. `variables` are those that it read; they and
    the outcome are null where the inputs can no longer be told."""

    at: Time
    decision_id: str
    version: int
    element_id: str | None
    variables: Variables | None = None
    outcome: DecisionOutcome | None = None


DecisionInputs = Annotated[list[Variables], Field(min_length=1, max_length=500)]


class EvaluateDecisionBatch(Request):
    """Many inputs of a decision. `strict`: one input with a warning refuses them all."""

    inputs: DecisionInputs
    version: Annotated[int, Field(ge=1)] | None = None
    strict: bool = False


class DecisionBatch(Shape):
    """What a decision came to for each input, in the order of the inputs."""

    decision_id: str
    version: int
    outcomes: list[DecisionOutcome]


class CompareDecision(Request):
    """Two versions, over `inputs` or over what was decided from `from` (inclusive) `to` (exclusive; now if left out).

    `before` is the version that decided then, or of given inputs the current one, if left out; `after` the current one.
    `draft` is a DMN file that takes the place of `after`: nothing of it is deployed.
    """

    inputs: DecisionInputs | None = None
    from_: Annotated[GivenTime | None, Field(alias="from")] = None
    to: GivenTime | None = None
    before: Annotated[int, Field(ge=1)] | None = None
    after: Annotated[int, Field(ge=1)] | None = None
    draft: Annotated[str, Field(min_length=1, max_length=1_000_000)] | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.inputs is None) == (self.from_ is None):
            raise ValueError("give either 'inputs' or a period that begins with 'from'")
        if self.after is not None and self.draft is not None:
            raise ValueError("give either 'after' or a 'draft'")
        return self


class DecisionDifference(Shape):
    """An input for which two versions differ: `index` counts given inputs from 0; of what was decided, `at` says when,
    and `instanceId` and `elementId` for which process, if for one."""

    index: int | None = None
    at: Time | None = None
    instance_id: str | None = None
    element_id: str | None = None
    variables: Variables
    before: DecisionOutcome
    after: DecisionOutcome


class DecisionComparison(Shape):
    """For how many inputs two versions were compared, and where their results differ. `unknown` counts what was decided
    on inputs that can no longer be told. `until`: the period was compared from its end down to this time, the rest by
    asking again with it as `to`; null where all of it was."""

    decision_id: str
    compared: int
    differences: list[DecisionDifference]
    unknown: int = 0
    until: Time | None = None
