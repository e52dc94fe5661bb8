"""Several requests at once in one process: each is answered by itself."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from contract.auth import Scope
from contract.functions import FunctionSpec
from contract.routes import Route
from contract.shapes.common import Shape
from functions.runtime.calls import Call
from functions.runtime.handler import Handler
from functions.runtime.ports import Ports
from tests.functions.fakes import World
from tests.functions.invoking import Context, http_event

ECHO = Route("GET", "/echoes/{id}", Scope("jobs:work"), "Answer with the id, once all are there")


class Echo(Shape):
    id: str
    correlation_id: str


def test_requests_that_overlap_keep_apart() -> None:
    together = threading.Barrier(4, timeout=10)

    def echo(_: Ports, call: Call) -> Echo:
        together.wait()
        return Echo(id=call.path["id"], correlation_id=call.correlation_id)

    spec = FunctionSpec(name="echoes", entry="", routes=(ECHO,))
    handler = Handler(spec, routes={ECHO: echo}, factory=World().ports)

    def ask(id_: str) -> str:
        event = http_event(ECHO, path={"id": id_}, headers={"x-correlation-id": f"c-{id_}"})
        return str(copy_context().run(handler, event, Context())["body"])

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, "abcd"))
    assert answers == [f'{{"id":"{id_}","correlationId":"c-{id_}"}}' for id_ in "abcd"]
