"""Models of any size for benchmarks: plain BPMN with the mix of elements that processes are made of."""

from collections.abc import Iterator
from itertools import pairwise

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">'
PART = 10
"""Nodes of one part: two tasks, a decision with two ways, a fork with two branches."""


def model(nodes: int) -> bytes:
    """A process of about so many nodes: parts in a row."""
    parts = max(1, nodes // PART)
    names = ["start", *(f"p{i}" for i in range(parts)), "end"]
    body = "".join(line for i in range(parts) for line in _part(f"p{i}"))
    links = "".join(_flow(_out(a), _in(b)) for a, b in pairwise(names))
    ends = '<startEvent id="start"/><endEvent id="end"/>'
    return f'{HEAD}<process id="model{nodes}" isExecutable="true">{ends}{body}{links}</process></definitions>'.encode()


def _part(p: str) -> Iterator[str]:
    yield f'<task id="{p}_first" name="Look at it"/><manualTask id="{p}_second" name="Put it there"/>'
    yield f'<exclusiveGateway id="{p}_which" default="f_{p}_which_{p}_merged"/><exclusiveGateway id="{p}_merged"/>'
    yield f'<scriptTask id="{p}_counted" scriptFormat="feel"><script>amount * 2</script></scriptTask>'
    yield f'<parallelGateway id="{p}_fork"/><parallelGateway id="{p}_join"/>'
    yield f'<task id="{p}_left"/><task id="{p}_right"/><task id="{p}_last"/>'
    yield _flow(f"{p}_first", f"{p}_second") + _flow(f"{p}_second", f"{p}_which")
    yield _flow(f"{p}_which", f"{p}_counted", "=amount &gt; 1000") + _flow(f"{p}_which", f"{p}_merged")
    yield _flow(f"{p}_counted", f"{p}_merged") + _flow(f"{p}_merged", f"{p}_fork")
    for side in ("left", "right"):
        yield _flow(f"{p}_fork", f"{p}_{side}") + _flow(f"{p}_{side}", f"{p}_join")
    yield _flow(f"{p}_join", f"{p}_last")


def _in(part: str) -> str:
    return f"{part}_first" if part.startswith("p") else part


def _out(part: str) -> str:
    return f"{part}_last" if part.startswith("p") else part


def _flow(source: str, target: str, condition: str = "") -> str:
    inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="f_{source}_{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'
