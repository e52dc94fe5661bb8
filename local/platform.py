"""The whole platform in one process: composed here, started, driven through time, stopped. It knows no HTTP server."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from moto import mock_aws

from contract import names
from contract.functions import FunctionSpec
from contract.tenant import Tenant
from functions.runtime.ids import Ulids
from functions.runtime.ports import Ports
from functions.runtime.wiring import Environment, ports, read_environment
from local.api.app import Doors
from local.api.gateway import ApiGateway
from local.api.local_routes import LocalRoutes
from local.api.login import Login
from local.api.objects import Objects
from local.api.partners import PARTNERS, Partners
from local.api.tokens import Tokens
from local.clock import make_clock
from local.cloud import partitions, resources, serializing, transactions
from local.cloud.bus import Bus
from local.cloud.clients import Clients
from local.cloud.data import Data
from local.cloud.gateway import Gateway
from local.cloud.observations import Observations
from local.cloud.step_functions.sdk import SdkCalls
from local.cloud.step_functions.service import StepFunctions
from local.cloud.step_functions.tasks import Tasks
from local.cloud.where import ACCOUNT, Where
from local.dispatch.activity import Activity
from local.dispatch.executions import Executions
from local.dispatch.schedules import Expiry, Retention, Schedules, TimersDue
from local.dispatch.sources import Around, sources
from local.dispatch.worker import Worker
from local.faults.calls import UnreliableGateway, retry_at_once
from local.faults.deliveries import unreliable_sources
from local.faults.rates import Chance, Faults
from local.faults.store import MortalStore
from local.functions.registry import Functions
from local.state.cloud import CloudState
from local.state.executions import ExecutionsState
from local.state.host import HostState, saved_clock, saved_token_key
from local.state.journal import Journal
from local.state.rows import Source
from local.state.store import Store
from local.timing import Timing
from state_machines.simulator import Simulator
from state_machines.simulator.saving import Row

MACHINES = "machines"
"""The name under which the machines' own AWS calls are observed: their role."""


def issuer(origin: str) -> str:
    """Who issues the tokens of a host: below it are `.well-known/jwks.json` and `.well-known/openid-configuration`."""
    return f"{origin}/_local"


@dataclass(frozen=True)
class Options:
    """How to run. `data` None: nothing is kept. `console` None: no page at `/`."""

    tenant: Tenant
    specs: tuple[FunctionSpec, ...]
    origin: str
    virtual: bool = False
    data: Path | None = None
    console: Path | None = None
    partners: frozenset[str] = field(default=frozenset(PARTNERS))
    account: str = ACCOUNT
    """Platforms that run in one process at the same time must not share an account."""
    faults: Faults | None = None
    """What is to go wrong, in tests."""


class Platform:
    """The running platform. Everything is there after construction; nothing moves before `start`."""

    def __init__(self, options: Options) -> None:
        self.options, tenant = options, options.tenant
        self.where = Where(tenant.name, tenant.region, options.account)
        store = Store(options.data) if options.data else None
        kept = store.read() if store else {}
        self.clock = make_clock(virtual=options.virtual, start=saved_clock(kept))
        self.activity = Activity()
        self._mock = mock_aws(config={"core": {"reset_boto3_session": False}})
        self._mock.start()
        self.step_functions = StepFunctions(self.where.arn("states", "stateMachine:"), self.clock.now)
        self.gateway = Gateway(self.where, self.activity.notify)
        self._chance = Chance(options.faults) if options.faults else None
        self._calls = UnreliableGateway(self.gateway, self._chance) if self._chance else None
        adapt = retry_at_once if self._calls else None
        self.clients = Clients(self.where, self._calls or self.gateway, options.origin, adapt)
        self.data = Data(self.where, self.gateway.lock)
        self.gateway.services |= {
            "sfn": self.step_functions,
            "eventbridge": Bus(self.where, self.data.send, self.clock.now),
        }
        self.observations = Observations(self.where)
        self.environment = self._environment(resources.create_all(self.clients, self.where, tenant))
        transactions.install(self.data.dynamodb)
        partitions.install(self.data.dynamodb)
        serializing.install()
        self._ids = Ulids(self.clock, os.urandom)
        self.functions = Functions(options.specs, self.where, self._ports)
        self.tokens = Tokens(issuer(options.origin), saved_token_key(kept))
        self.partners = Partners()
        self._build_dispatch(options.specs)
        self.step_functions.attach(Simulator({}, self._tasks, self.clock, on_log=self.logs.append))
        sources = self._sources()
        for source in sources if kept else ():
            source.restore(kept)
        self.restored = bool(kept)
        self._mortal = MortalStore(store, self._chance) if store and self._chance else None
        self.journal = Journal(self._mortal or store, sources, (self.step_functions.lock, self.gateway.lock))

    def _build_dispatch(self, specs: Iterable[FunctionSpec]) -> None:
        specs, where, now = tuple(specs), self.where, self.clock.now
        around = Around(specs, self.data, self.functions, where, now, self.step_functions.lock)
        found = unreliable_sources(around, self._chance) if self._chance else sources(around)
        self.streams, queues, self.logs = found
        schedules = Schedules(specs, self.functions, where, now)
        expiry = Expiry(self.data, self.clients, where, now)
        sdk = SdkCalls(self.clients, lambda *call: self.observations.note(MACHINES, *call))
        beside = None if self.options.virtual else self.activity.busy
        self._tasks = Tasks(
            self.step_functions, self.functions.invoke, sdk, self._invoked_by_machine, self._settle, beside
        )
        retention = Retention(self.step_functions, now)
        timers = TimersDue(self.data, where, now)
        dispatcher = (self.streams, self.logs, queues, timers, schedules, expiry, retention)
        self._workers = (
            Worker("executions", (Executions(self.step_functions),), self.activity, now),
            Worker("dispatcher", dispatcher, self.activity, now),
        )
        self.timing = Timing(self.clock, self.activity, self._workers)

    def _invoked_by_machine(self, function: str) -> None:
        self.observations.note(MACHINES, "lambda", "InvokeFunction", {"FunctionName": function})

    def _sources(self) -> tuple[Source, ...]:
        """Whoever holds a part of the state."""
        return (
            HostState(self.clock, self.tokens),
            CloudState(self.data),
            ExecutionsState(self.step_functions, self._restored_simulator),
            self.streams,
            self.logs,
        )

    def _restored_simulator(self, rows: Iterable[Row]) -> Simulator:
        return Simulator.restore(rows, self._tasks, self.clock, on_log=self.logs.append)

    def _settle(self) -> None:
        self.journal.settle()

    def _environment(self, case_link_key: str) -> Environment:
        """What infra sets as environment variables of the functions."""
        connections = [
            {"name": c.name, "url": c.url, "target": self._partner_url(c.name)} for c in self.options.tenant.connections
        ]
        return read_environment(
            {
                "DPC_TENANT": self.where.tenant,
                "DPC_PUBLIC_URL": self.options.origin,
                "DPC_MEDIA_URL": self.options.origin,
                "DPC_ACCOUNT": self.where.account,
                "AWS_REGION": self.where.region,
                "DPC_CONNECTIONS": json.dumps(connections),
                "DPC_LANGUAGES": json.dumps(self.options.tenant.languages),
                "DPC_MACHINE_ROLE_ARN": f"arn:aws:iam::{self.where.account}:role/{self.where.physical(MACHINES)}",
                "DPC_TIMER_ROLE_ARN": f"arn:aws:iam::{self.where.account}:role/{names.timers(self.where.tenant)}",
                "DPC_CASE_LINK_KEY_ARN": case_link_key,
                "DPC_TOKEN_ISSUER": issuer(self.options.origin),
            }
        )

    def _partner_url(self, connection: str) -> str:
        return f"{self.options.origin}/_local/partners/{connection}" if connection in self.options.partners else ""

    def _ports(self, spec: FunctionSpec) -> Ports:
        return ports(
            spec,
            self.environment,
            clock=self.clock,
            ids=self._ids,
            pause=self._pause,
            observe=self.observations.note,
            customise=self.clients.adopt,
        )

    def _pause(self, seconds: float) -> None:
        """A long poll rests, in real time under any clock; meanwhile the platform may be idle."""
        with self.activity.aside():
            time.sleep(seconds)

    def doors(self) -> Doors:
        """What answers HTTP."""
        api = ApiGateway(self.functions, self.tokens, self.where, self.clock.now, time.monotonic)
        login = Login(self.options.tenant, self.tokens, self.functions, self.where)
        local = LocalRoutes(self.options.tenant, login, self.tokens, self.partners, self.timing)
        return Doors(
            api, local, Objects(self.gateway, self.where), self.options.console, self.activity.busy, self._settle
        )

    def start(self) -> None:
        """Load the functions and begin to work."""
        self.functions.load()
        for worker in self._workers:
            worker.start()
        self.journal.begin()
        if self._calls is not None:
            self._calls.on = True

    def stop(self) -> None:
        """Come to an end and write down where everything stands."""
        for worker in self._workers:
            worker.stop()
        self._tasks.close()
        self.journal.end()
        self.functions.close()
        self.data.forget()
        self._mock.stop()

    @property
    def dead(self) -> bool:
        """Whether its faults have killed it: nothing is kept any more, and nothing answered."""
        return self._mortal is not None and self._mortal.dead

    def now(self) -> datetime:
        """The platform's time."""
        return self.clock.now()

    def advance(self, duration: timedelta) -> None:
        """Move a virtual clock and let everything happen that is due on the way."""
        self.timing.advance(duration)
