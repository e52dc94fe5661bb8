"""One Lambda handler from a spec and its actions: it tells by the event's shape who calls, and hands over."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from contract.functions import FunctionSpec
from contract.routes import Route
from contract.tables import Table
from functions.runtime import batches, http
from functions.runtime.observability import invocation
from functions.runtime.ports import Ports

Event = dict[str, Any]
EventAction = Callable[[Ports, Event], Any]
PortsFactory = Callable[[FunctionSpec], Ports]


def from_environment(spec: FunctionSpec) -> Ports:
    """The ports on AWS. Imported late: nothing of AWS loads before the first invocation asks for it."""
    from functions.runtime.wiring import ports_from_environment

    return ports_from_environment(spec)


class Handler:
    """Callable as Lambda calls. A host that is not Lambda binds its own ports with `with_ports`."""

    def __init__(
        self,
        spec: FunctionSpec,
        *,
        routes: Mapping[Route, http.Action] | None = None,
        queues: Mapping[str, batches.QueueAction] | None = None,
        streams: Mapping[Table, batches.StreamAction] | None = None,
        stream_batches: Mapping[Table, batches.StreamBatchAction] | None = None,
        logs: batches.LogsAction | None = None,
        direct: EventAction | None = None,
        factory: PortsFactory = from_environment,
    ) -> None:
        """`streams` take changes one by one, `stream_batches` all at once: a function has one or the other.

        `direct` takes every other event: from state machines, authorizers, triggers, schedules, CloudFormation."""
        if set(routes or {}) != set(spec.routes):
            raise ValueError(f"{spec.name}: actions and routes of the spec differ")
        self.spec = spec
        self._routes, self._queues, self._streams = routes or {}, queues or {}, streams or {}
        self._stream_batches = stream_batches or {}
        self._logs, self._direct, self._factory = logs, direct, factory

    def with_ports(self, factory: PortsFactory) -> "Handler":
        """The same handler over other ports."""
        return Handler(
            self.spec,
            routes=self._routes,
            queues=self._queues,
            streams=self._streams,
            stream_batches=self._stream_batches,
            logs=self._logs,
            direct=self._direct,
            factory=factory,
        )

    @cached_property
    def ports(self) -> Ports:
        """Built at the first invocation, kept for the next ones."""
        return self._factory(self.spec)

    @cached_property
    def _actions(self) -> dict[str, tuple[Route, http.Action]]:
        return {route.key: (route, action) for route, action in self._routes.items()}

    def __call__(self, event: Event, context: Any) -> Any:
        """Handle one invocation."""
        with invocation(self.spec.name, self.ports.settings.tenant, context):
            return self._dispatch(event, context)

    def _dispatch(self, event: Event, context: Any) -> Any:
        if "routeKey" in event and event.get("type") != "REQUEST":
            return http.answer_request(self.ports, self._actions, event)
        source = (event.get("Records") or [{}])[0].get("eventSource", "")
        if source == "aws:sqs":
            return batches.handle_queue(self.ports, self._queues, event, context)
        if source == "aws:dynamodb" and self._stream_batches:
            return batches.handle_stream_batch(self.ports, self._stream_batches, event)
        if source == "aws:dynamodb":
            return batches.handle_stream(self.ports, self._streams, event, context)
        if "awslogs" in event and self._logs:
            return batches.handle_logs(self.ports, self._logs, event)
        if self._direct is None:
            raise ValueError(f"{self.spec.name} does not know this event")
        return self._direct(self.ports, event)
