"""A tiny model for each element in each position, written for each dialect."""

from collections.abc import Callable

from tests.docs.notation import Dialect, activity, definition, expression, file, flows, many, standard_loop

Model = Callable[[Dialect], bytes]

ACTIVITIES = {
    "undefined task": "task",
    "user task": "userTask",
    "service task": "serviceTask",
    "send task": "sendTask",
    "receive task": "receiveTask",
    "script task": "scriptTask",
    "business rule task": "businessRuleTask",
    "manual task": "manualTask",
    "call activity": "callActivity",
    "sub-process": "subProcess",
    "transaction": "transaction",
    "ad-hoc sub-process": "adHocSubProcess",
}
LOOPS: dict[str, Callable[[Dialect], str]] = {
    "standard loop": standard_loop,
    "sequential multi-instance": lambda dialect: many(dialect, True),
    "parallel multi-instance": lambda dialect: many(dialect, False),
}
ACTIVITY_PLACES = (
    "in the process",
    "in a sub-process",
    "in an event sub-process",
    "behind a fork",
    *LOOPS,
    "compensation handler",
)
KINDS = (
    "none",
    "message",
    "timer (date)",
    "timer (duration)",
    "timer (cycle)",
    "signal",
    "error",
    "escalation",
    "compensation",
    "conditional",
    "link",
    "terminate",
    "cancel",
    "multiple",
    "parallel multiple",
)
EVENT_PLACES = (
    "start",
    "event sub-process start",
    "the same, non-interrupting",
    "intermediate catch",
    "behind an event-based gateway",
    "intermediate throw",
    "end",
    "end in a sub-process",
)
HOSTS = ("user task", "service task", "receive task", "sub-process", "transaction", "call activity")


def in_place(tag: str, place: str) -> Model:
    """An activity at a place."""
    return lambda dialect: file(_placed(tag, place, dialect), dialect)


def _placed(tag: str, place: str, dialect: Dialect) -> str:
    if place in LOOPS:
        return _line(activity(tag, "x", dialect, LOOPS[place](dialect)), "x")
    node = activity(tag, "x", dialect)
    inner = _line(node, "x", "i")
    if place == "in a sub-process":
        return _line(f'<subProcess id="sub">{inner}</subProcess>', "sub")
    if place == "in an event sub-process":
        begin = f'<startEvent id="is">{definition("message", dialect)}</startEvent>'
        handler = inner.replace('<startEvent id="is"/>', begin)
        waits = activity("userTask", "w", dialect)
        return _line(waits, "w") + f'<subProcess id="sub" triggeredByEvent="true">{handler}</subProcess>'
    if place == "behind a fork":
        gateways = '<parallelGateway id="fork"/><parallelGateway id="join"/>'
        other = activity("userTask", "w", dialect)
        ends = '<startEvent id="s"/><endEvent id="e"/>'
        return ends + gateways + node + other + flows("s>fork", "fork>x", "fork>w", "x>join", "w>join", "join>e")
    if place == "compensation handler":
        handler = activity(tag, "x", dialect, "", ' isForCompensation="true"')
        return compensated(dialect, handler, "<endEvent id='e'><compensateEventDefinition/></endEvent>")
    return _line(node, "x")


def compensated(dialect: Dialect, handler: str, end: str) -> str:
    """A task with a compensation handler `x`, and an end."""
    boundary = '<boundaryEvent id="b" attachedToRef="w"><compensateEventDefinition/></boundaryEvent>'
    link = '<association id="a" sourceRef="b" targetRef="x" associationDirection="One"/>'
    return (
        f'<startEvent id="s"/>{activity("userTask", "w", dialect)}{handler}{boundary}{link}{end}{flows("s>w", "w>e")}'
    )


def _line(node: str, node_id: str, prefix: str = "") -> str:
    start, end = f"{prefix}s", f"{prefix}e"
    return f'<startEvent id="{start}"/>{node}<endEvent id="{end}"/>{flows(f"{start}>{node_id}", f"{node_id}>{end}")}'


def event(kind: str, place: str) -> Model:
    """An event of a kind at a place other than a boundary."""
    return lambda dialect: file(_event(kind, place, dialect), dialect)


def _event(kind: str, place: str, dialect: Dialect) -> str:
    throws = place == "intermediate throw" or place.startswith("end")
    inside = definition(kind, dialect, throws=throws)
    both = ' parallelMultiple="true"' if kind == "parallel multiple" else ""
    work = activity("userTask", "w", dialect)
    if place == "start":
        return f'<startEvent id="x"{both}>{inside}</startEvent><endEvent id="e"/>{flows("x>e")}'
    if place.endswith("non-interrupting") or place == "event sub-process start":
        flag = ' isInterrupting="false"' if place.endswith("non-interrupting") else ""
        begin = f'<startEvent id="x"{flag}{both}>{inside}</startEvent><endEvent id="xe"/>{flows("x>xe")}'
        return _line(work, "w") + f'<subProcess id="sub" triggeredByEvent="true">{begin}</subProcess>'
    if place == "intermediate catch":
        node = f'<intermediateCatchEvent id="x"{both}>{inside}</intermediateCatchEvent>'
        return _line(node, "x") if kind != "link" else _linked(inside)
    if place == "behind an event-based gateway":
        return _raced(f'<intermediateCatchEvent id="x"{both}>{inside}</intermediateCatchEvent>', dialect)
    if place == "intermediate throw":
        return _thrown(kind, f'<intermediateThrowEvent id="x">{inside}</intermediateThrowEvent>', inside, dialect)
    return _ended(kind, place, f'<endEvent id="x">{inside}</endEvent>', dialect)


def _raced(caught: str, dialect: Dialect) -> str:
    timer = f'<intermediateCatchEvent id="t">{definition("timer (duration)", dialect)}</intermediateCatchEvent>'
    ends = '<startEvent id="s"/><endEvent id="e"/><endEvent id="te"/><eventBasedGateway id="g"/>'
    return ends + caught + timer + flows("s>g", "g>x", "g>t", "x>e", "t>te")


def _linked(inside: str) -> str:
    thrown = f'<intermediateThrowEvent id="l">{inside}</intermediateThrowEvent>'
    caught = f'<intermediateCatchEvent id="x">{inside}</intermediateCatchEvent>'
    return f'<startEvent id="s"/><endEvent id="e"/>{thrown}{caught}{flows("s>l", "x>e")}'


def _thrown(kind: str, node: str, inside: str, dialect: Dialect) -> str:
    if kind == "link":
        return (
            _linked(inside)
            .replace('id="x"', 'id="c"')
            .replace("f_x", "f_c")
            .replace('"x"', '"c"')
            .replace('"l"', '"x"')
        )
    if kind == "compensation":
        body = compensated(dialect, activity("userTask", "x", dialect, "", ' isForCompensation="true"'), "")
        return (body + node.replace('id="x"', 'id="y"') + '<endEvent id="end"/>' + flows("y>end")).replace(
            flows("w>e"), flows("w>y")
        )
    return _line(node, "x")


def _ended(kind: str, place: str, node: str, dialect: Dialect) -> str:
    work = activity("userTask", "w", dialect)
    if kind == "compensation":
        handler = activity("userTask", "x", dialect, "", ' isForCompensation="true"')
        body = compensated(dialect, handler, node.replace('id="x"', 'id="e"'))
    else:
        body = f'<startEvent id="s"/>{work}{node}{flows("s>w", "w>x")}'
    if place == "end":
        return body
    tag = "transaction" if kind == "cancel" else "subProcess"
    return f'<startEvent id="os"/><{tag} id="sub">{body}</{tag}><endEvent id="oe"/>{flows("os>sub", "sub>oe")}'


def boundary(kind: str, host: str, *, interrupting: bool, loop: str = "") -> Model:
    """A boundary event of a kind on a host."""

    def model(dialect: Dialect) -> bytes:
        flag = "" if interrupting else ' cancelActivity="false"'
        both = ' parallelMultiple="true"' if kind == "parallel multiple" else ""
        inside = definition(kind, dialect)
        attached = f'<boundaryEvent id="b" attachedToRef="x"{flag}{both}>{inside}</boundaryEvent>'
        node = activity(ACTIVITIES[host], "x", dialect, LOOPS[loop](dialect) if loop else "")
        if kind == "compensation":
            handler = activity("userTask", "h", dialect, "", ' isForCompensation="true"')
            link = '<association id="a" sourceRef="b" targetRef="h" associationDirection="One"/>'
            end = "<endEvent id='e'><compensateEventDefinition/></endEvent>"
            return file(f'<startEvent id="s"/>{node}{attached}{handler}{link}{end}{flows("s>x", "x>e")}', dialect)
        return file(_line(node, "x") + attached + '<endEvent id="be"/>' + flows("b>be"), dialect)

    return model


GATEWAYS = ("exclusive", "parallel", "inclusive", "event-based", "complex")
GATEWAY_PLACES = (
    "block",
    "all branches end",
    "branches merge in an exclusive gateway",
    "join that closes no block",
    "cycle",
    "no incoming flow",
)


def gateway(kind: str, place: str) -> Model:
    """A gateway in a graph of a shape."""

    def model(dialect: Dialect) -> bytes:
        tag = {"event-based": "eventBasedGateway"}.get(kind, f"{kind}Gateway")
        condition = f"?{expression('a', dialect)}" if kind in ("exclusive", "inclusive", "complex") else ""
        fork = f'<{tag} id="x"' + (' default="f_x_v"' if condition else "")
        fork += ' instantiate="true"/>' if place == "no incoming flow" and kind == "event-based" else "/>"
        return file(
            _branches(kind, dialect) + fork + _shape(kind, tag, place, condition, expression("b", dialect)), dialect
        )

    return model


def _branches(kind: str, dialect: Dialect) -> str:
    if kind != "event-based":
        return activity("userTask", "u", dialect) + activity("userTask", "v", dialect)
    caught = (("u", "message"), ("v", "signal"))
    return "".join(
        f'<intermediateCatchEvent id="{n}">{definition(k, dialect)}</intermediateCatchEvent>' for n, k in caught
    )


def _shape(kind: str, tag: str, place: str, condition: str, again: str) -> str:
    start, end = '<startEvent id="s"/>' + flows("s>x"), '<endEvent id="e"/>'
    fork = flows(f"x>u{condition}", "x>v")
    merge = "exclusiveGateway" if kind in ("exclusive", "event-based") else tag
    join = f'<{merge} id="j"/>' + flows("u>j", "v>j", "j>e")
    shapes = {
        "block": start + fork + join + end,
        "no incoming flow": fork + join + end,
        "all branches end": start + fork + end + '<endEvent id="e2"/>' + flows("u>e", "v>e2"),
        "branches merge in an exclusive gateway": start
        + fork
        + '<exclusiveGateway id="j"/>'
        + flows("u>j", "v>j", "j>e")
        + end,
        "join that closes no block": start
        + fork
        + f'<parallelGateway id="k"/><endEvent id="e2"/><{merge} id="j"/>'
        + flows("u>k", "k>j", "k>e2", "v>j", "j>e")
        + end,
        "cycle": '<startEvent id="s"/><exclusiveGateway id="back"/><exclusiveGateway id="again" default="f_again_e"/>'
        + flows("s>back", "back>x", f"again>back?{again}", "again>e")
        + fork
        + join.replace(flows("j>e"), flows("j>again"))
        + end,
    }
    return shapes[place]
