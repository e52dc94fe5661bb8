"""What a Lambda function is: one value from which CDK, the local host, OpenAPI and the rights test are made."""

from dataclasses import dataclass
from itertools import chain

from contract.queues import Queue
from contract.rights import Right
from contract.routes import Route
from contract.tables import Table


@dataclass(frozen=True)
class FunctionSpec:
    """A Lambda function.

    `entry` is `module.attribute` of the handler. What calls it: `routes` (API Gateway, HTTP API v2), `queues` (SQS
    batches), `streams` (DynamoDB streams of these tables), `logs` (the machines' log group), `machines` (state
    machines, `lambda:invoke`), `authorizer` (API Gateway's request authorizer), `trigger` (a Cognito trigger by name),
    `stack_events` (a CloudFormation custom resource), `every_minutes` (a schedule).
    `needs` are the rights of its business actions; `internet` says whether it calls the outside world.
    """

    name: str
    entry: str
    routes: tuple[Route, ...] = ()
    queues: tuple[Queue, ...] = ()
    streams: tuple[Table, ...] = ()
    needs: tuple[Right | tuple[Right, ...], ...] = ()
    logs: bool = False
    machines: bool = False
    authorizer: bool = False
    trigger: str = ""
    stack_events: bool = False
    every_minutes: int = 0
    internet: bool = False
    memory_mb: int = 512
    timeout_s: int = 20
    packages: tuple[str, ...] = ()
    """The distributions that its bundle holds beside `common` ones (powertools, pydantic, boto3 is Lambda's)."""

    @property
    def rights(self) -> tuple[Right, ...]:
        """`needs`, flattened."""
        return tuple(chain.from_iterable((need,) if isinstance(need, Right) else need for need in self.needs))
