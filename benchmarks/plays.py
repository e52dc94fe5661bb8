"""The demo processes, played over HTTP along each of their paths, with every call's own reads and writes counted."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from contract import routes
from contract.auth import CaseLink
from contract.routes import Route
from functions.specs import ALL
from tests.journeys.bundles import APPLICATION
from tests.platform import RunningPlatform

Variables = Mapping[str, Any]

_SERVES = {route.key: spec.name for spec in ALL for route in spec.routes}
_READS = ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchGetItem")
_MAX_STEPS = 50


@dataclass(frozen=True)
class Play:
    """One path through a process: what is filled in, and how long is waited, by the element that waits."""

    process: str
    path: str
    forms: Mapping[str, Variables] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)
    pauses: Mapping[str, str] = field(default_factory=dict)


_CAR: Variables = {
    "firstName": "Zofia", "lastName": "Wójcik", "driverAge": 41, "make": "Skoda", "productionYear": 2021,
    "registration": "WX 12345", "ownDamage": True,
}  # fmt: skip
_LOAN: Mapping[str, Variables] = {"FillInApplication": APPLICATION, "CheckApplication": {"approved": True}}
_SIGNED = {"ContractSigned": "contract-signed"}
_UNCLEAR = {"AssessComplaint": {"assessment": "unclear", "assessmentNote": "Which one?"}}

PLAYS = (
    Play("cash-loan", "approved", _LOAN, _SIGNED),
    Play("cash-loan", "not eligible", {**_LOAN, "FillInApplication": {**APPLICATION, "monthlyIncome": 900}}),
    Play("cash-loan", "declined", {**_LOAN, "CheckApplication": {"approved": False}}),
    Play(
        "cash-loan",
        "escalated",
        {**_LOAN, "CheckAsSupervisor": {"approved": True}},
        _SIGNED,
        pauses={"CheckApplication": "PT24H1M"},
    ),
    Play("car-insurance", "insured", {"DescribeCar": _CAR}),
    Play("car-insurance", "declined", {"DescribeCar": {**_CAR, "productionYear": 1990}}),
    Play(
        "complaint-handling",
        "accepted",
        {"AssessComplaint": {"assessment": "accepted", "refundAmount": 120, "assessmentNote": "Right."}},
    ),
    Play("complaint-handling", "rejected", {"AssessComplaint": {"assessment": "rejected", "assessmentNote": "Wrong."}}),
    Play("complaint-handling", "no answer in time", _UNCLEAR, pauses={"AwaitAnswer": "P14DT1M"}),
)


@dataclass(frozen=True)
class Counts:
    """What one API call read and wrote in DynamoDB, authorizer included."""

    route: str
    reads: int
    writes: int


class Player:
    """Plays over HTTP; `calls` are the counts of all API calls made."""

    def __init__(self, platform: RunningPlatform) -> None:
        self.platform, self.calls = platform, list[Counts]()
        self._numbers = itertools.count(1)

    def call(self, route: Route, body: Any = None, *, query: Variables | None = None, **path: str) -> Any:
        """Call a route; answers its JSON. Raises `httpx.HTTPStatusError`."""
        url = route.path.format(**path)
        headers = {"Idempotency-Key": f"bench-{next(self._numbers)}"} if route.idempotent else {}
        before = self._used(route)
        answer = self.platform.client().request(route.method, url, json=body, params=query, headers=headers)
        after = self._used(route)
        if answer.is_error:
            raise httpx.HTTPStatusError(answer.text, request=answer.request, response=answer)
        self.calls.append(Counts(route.key, after[0] - before[0], after[1] - before[1]))
        self.platform.idle()
        return answer.json()

    def _used(self, route: Route) -> tuple[int, int]:
        """What the functions behind a route have read and written so far; the platform is idle around a call."""
        functions = {_SERVES[route.key]} | ({"access"} if isinstance(route.access, CaseLink) else set())
        used = [
            (u.action, count)
            for u, count in self.platform.platform.observations.counts.items()
            if u.function in functions and u.action.startswith("dynamodb:")
        ]
        reads = sum(count for action, count in used if action in _READS)
        return reads, sum(count for _, count in used) - reads

    def play(self, play: Play) -> str:
        """Play to the end; answers the instance's id. Raises `RuntimeError` if it does not end."""
        key = f"bench-{next(self._numbers)}"
        variables = {"channel": "web", "complaintId": key, "customerName": "Jan Nowak", "subject": "Late delivery"}
        body = {"businessKey": key, "variables": variables}
        instance = str(self.call(routes.START_INSTANCE, body, id=play.process)["id"])
        for _ in range(_MAX_STEPS):
            state = self.call(routes.GET_INSTANCE, id=instance)
            if state["status"] == "completed":
                return instance
            for waiting in state["waiting"]:
                self._answer(play, instance, key, waiting)
        raise RuntimeError(f"{play.process}, {play.path}: {state['status']}, waiting: {state['waiting']}")

    def _answer(self, play: Play, instance: str, key: str, waiting: Mapping[str, Any]) -> None:
        element = waiting["elementId"]
        if element in play.messages:
            self.call(routes.PUBLISH_MESSAGE, {"name": play.messages[element], "correlationKey": key})
        elif element in play.pauses:
            self.platform.advance(play.pauses[element])
        elif element in play.forms:
            tasks = self.call(routes.LIST_TASKS, query={"instanceId": instance})["items"]
            task = next(task["id"] for task in tasks if task["elementId"] == element)
            self.call(routes.GET_TASK, id=task)
            self.call(routes.CLAIM_TASK, id=task)
            self.call(routes.COMPLETE_TASK, {"variables": play.forms[element]}, id=task)


def played(player: Player) -> Iterator[tuple[Play, str]]:
    """Each play with the id of its instance."""
    for play in PLAYS:
        yield play, player.play(play)
