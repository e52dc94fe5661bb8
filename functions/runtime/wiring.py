"""Where concrete things meet: the ports of a function over AWS, told by its environment or by a host."""

import os
import time
from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, Json

from contract.functions import FunctionSpec
from contract.names import TENANT_PATTERN
from functions.runtime.aws.bus import EventBridgeBus
from functions.runtime.aws.clients import Clients, Customise, Observe
from functions.runtime.aws.deploying import MachineDeployer
from functions.runtime.aws.machines import StepFunctionsMachines
from functions.runtime.aws.names import Names
from functions.runtime.aws.objects import S3Objects
from functions.runtime.aws.removing import MachineRemover
from functions.runtime.aws.signer import KmsSigner
from functions.runtime.aws.store import DynamoStore
from functions.runtime.aws.timers import SchedulerTimers
from functions.runtime.aws.web import Urllib3Web
from functions.runtime.clock import SystemClock
from functions.runtime.ids import Ulids
from functions.runtime.ports import Clock, Connection, Ids, Ports, Settings


class DeclaredConnection(BaseModel):
    """An entry of DPC_CONNECTIONS; `target` is `url` if it is left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    url: str
    target: str = ""


class Environment(BaseModel):
    """The environment of every function. infra and the local host set these variables, and no others."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    tenant: Annotated[str, Field(alias="DPC_TENANT", pattern=TENANT_PATTERN)]
    public_url: Annotated[str, Field(alias="DPC_PUBLIC_URL")]
    account: Annotated[str, Field(alias="DPC_ACCOUNT", pattern=r"^\d{12}$")]
    region: Annotated[str, Field(alias="AWS_REGION")]
    connections: Annotated[Json[list[DeclaredConnection]], Field(alias="DPC_CONNECTIONS")] = []
    """JSON list of `{name, url, target?}`."""
    languages: Annotated[Json[list[str]], Field(alias="DPC_LANGUAGES")] = ["en"]
    """JSON list; the first one is the fallback."""
    machine_role_arn: Annotated[str, Field(alias="DPC_MACHINE_ROLE_ARN")] = ""
    """The role of the machines; set for `deployments` alone."""
    timer_role_arn: Annotated[str, Field(alias="DPC_TIMER_ROLE_ARN")] = ""
    """The role with which timers send; set where they are made."""
    case_link_key_arn: Annotated[str, Field(alias="DPC_CASE_LINK_KEY_ARN")] = ""
    """The key of case links; set where they are signed or verified."""
    media_url: Annotated[str, Field(alias="DPC_MEDIA_URL")] = ""
    """Where media are served; set for those who show them."""
    token_issuer: Annotated[str, Field(alias="DPC_TOKEN_ISSUER")] = ""
    """The user pool's issuer URL; set for the authorizer."""


def read_environment(variables: Mapping[str, str]) -> Environment:
    """The environment, validated. Raises `pydantic.ValidationError` with everything that is wrong."""
    return Environment.model_validate(dict(variables))


def ports_from_environment(spec: FunctionSpec) -> Ports:
    """The ports on AWS Lambda; the environment is read here, at the first invocation."""
    clock = SystemClock()
    return ports(spec, read_environment(os.environ), clock=clock, ids=Ulids(clock, os.urandom))


def ports(
    spec: FunctionSpec,
    environment: Environment,
    *,
    clock: Clock,
    ids: Ids,
    sleep: Callable[[float], None] = time.sleep,
    pause: Callable[[float], None] = time.sleep,
    observe: Observe | None = None,
    customise: Customise | None = None,
) -> Ports:
    """The ports of one function over boto3. Nothing is connected before it is used.

    `observe(function, service, operation, parameters)` hears of every AWS call and presigning before it happens;
    `customise(client)` sees each client once: a host registers its own `before-send` hooks there.
    """
    clients = Clients(spec.name, environment.region, observe=observe, customise=customise)
    names = Names(environment.tenant, environment.account, environment.region)
    return Ports(
        store=DynamoStore(clients, names, sleep),
        objects=S3Objects(clients, names),
        machines=StepFunctionsMachines(
            clients,
            MachineDeployer(clients, names, environment.machine_role_arn, sleep),
            MachineRemover(clients, names),
        ),
        timers=SchedulerTimers(clients, names, environment.timer_role_arn),
        signer=KmsSigner(clients, environment.case_link_key_arn),
        web=Urllib3Web(),
        bus=EventBridgeBus(clients, names),
        clock=clock,
        ids=ids,
        settings=settings(spec, environment),
        pause=pause,
    )


def settings(spec: FunctionSpec, environment: Environment) -> Settings:
    """What the logic is told."""
    return Settings(
        tenant=environment.tenant,
        function=spec.name,
        public_url=environment.public_url.rstrip("/"),
        connections=tuple(Connection(c.name, c.url, c.target or c.url) for c in environment.connections),
        languages=tuple(environment.languages) or ("en",),
        media_url=environment.media_url.rstrip("/"),
        token_issuer=environment.token_issuer.rstrip("/"),
    )
