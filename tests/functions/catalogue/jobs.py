"""Imports and exports as a user of the console makes them, with what the queue does behind them."""

from typing import Any

from contract import queues, routes
from contract.buckets import EXCHANGE
from functions.catalogue.handler import handle
from functions.catalogue.jobs.items import FILES
from tests.functions.catalogue.editors import Editor, heard
from tests.functions.fakes import World
from tests.functions.invoking import Context, bus_body, queue_event


def begin(world: World, content: bytes, user: str = "maria", **asked: Any) -> str:
    """Ask for an import and send its file; its id."""
    job = Editor(world, user).does(routes.NEW_IMPORT, body=asked)
    key = f"imports/{job['id']}/{FILES[asked.get('format', 'archive')][0]}"
    world.objects.stored[EXCHANGE.name, key] = content
    deliver(world, arrived(key, content))
    return str(job["id"])


def arrived(key: str, content: bytes) -> dict[str, Any]:
    """S3's notice of a new object."""
    about = {"object": {"key": key, "size": len(content)}}
    return {"Records": [{"eventName": "ObjectCreated:Put", "s3": about}]}


def deliver(world: World, body: Any) -> None:
    """A message of the queue."""
    world.steps.dead = False
    answer = handle.with_ports(world.ports)(queue_event(queues.CATALOGUE_TURNS.name, [body]), Context())
    assert answer == {"batchItemFailures": []}


def run(world: World, times: int = 1) -> None:
    """Jobs go on until none does."""
    done = 0
    while True:
        asked = [data for name, data in heard(world) if name == "CatalogueJobRequested"]
        if len(asked) == done:
            return
        for data in asked[done:] * times:
            deliver(world, bus_body("CatalogueJobRequested", {"id": "e", "data": data}))
        done = len(asked)


def job(world: World, id_: str, **query: Any) -> dict[str, Any]:
    """How far a job is."""
    return dict(Editor(world, "maria").does(routes.GET_JOB, id=id_, query=list(query.items())))


def exported(world: World, **asked: Any) -> bytes:
    """What an export holds."""
    made = Editor(world, "maria").does(routes.NEW_EXPORT, body=asked)
    run(world)
    assert job(world, made["id"])["status"] == "done"
    filename = FILES[asked.get("format", "archive")][0]
    return world.objects.stored[EXCHANGE.name, f"exports/{made['id']}/{filename}"]
