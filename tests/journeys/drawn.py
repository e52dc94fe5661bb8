"""Processes that journeys draw in short notation, and deploy."""

from tests.platform import RunningPlatform
from tests.state_machines.flow.sketch import Sketch


def drawn(id_: str, sketch: str, dialect: str = "camunda8") -> bytes:
    """A model in the notation of `Sketch`, its process under this id. Messages have the correlation key `1`."""
    return Sketch(sketch, dialect).bytes().replace(b'"process"', f'"{id_}"'.encode())


def deploy(platform: RunningPlatform, *sources: bytes) -> None:
    """Deploy them, one after the other."""
    for source in sources:
        answer = platform.client().post("/processes", content=source, headers={"Content-Type": "application/xml"})
        assert answer.status_code == 201, [e for e in answer.json()["errors"] if e["severity"] == "error"]
    platform.idle()
