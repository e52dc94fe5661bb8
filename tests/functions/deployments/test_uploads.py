"""Uploads: what arrives in the bundle bucket is published by itself, or refused with its errors."""

from typing import Any
from urllib.parse import quote_plus

import pytest

from catalogue.bundle import MAX_BUNDLE_BYTES
from contract import routes
from functions.deployments.handler import handle
from tests.functions.crashing import kill_everywhere
from tests.functions.deployments.bundles import FORM, archive, bpmn, new_world
from tests.functions.fakes import World
from tests.functions.invoking import Context, call, queue_event

FILES = {"loan.bpmn": bpmn(), "forms/apply.json": FORM}


def arrive(world: World, key: str, content: bytes, *, size: int | None = None) -> Any:
    """S3 stores the object and tells the queue."""
    world.objects.stored["bundles", key] = content
    found = {"key": quote_plus(key), "size": len(content) if size is None else size}
    notice = {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "dpc-demo-bundles"}, "object": found}}
    world.steps.dead = False
    return handle.with_ports(world.ports)(queue_event("bundle-uploads", [{"Records": [notice]}]), Context())


def ask(world: World, filename: str = "loan.zip") -> dict[str, Any]:
    reply = call(world, handle, routes.NEW_UPLOAD, body={"filename": filename})
    assert reply.status == 201
    return dict(reply.json)


def status(world: World, upload_id: str) -> dict[str, Any]:
    return dict(call(world, handle, routes.GET_UPLOAD, path={"id": upload_id}).json)


def test_an_upload_is_published_by_itself() -> None:
    world = new_world()
    upload = ask(world)
    assert (upload["method"], upload["headers"]) == ("PUT", {"Content-Type": "application/zip"})
    assert upload["expiresAt"] == "2026-11-22T09:15:00Z"
    assert status(world, upload["id"])["status"] == "waiting"
    key = upload["url"].removeprefix("https://bundles.test/")
    assert key == f"uploads/{upload['id']}/loan.zip"
    assert arrive(world, key, archive(FILES)) == {"batchItemFailures": []}
    after = status(world, upload["id"])
    assert after["status"] == "deployed" and after["deploymentId"]
    arrive(world, key, archive(FILES))
    assert status(world, upload["id"]) == after
    assert call(world, handle, routes.GET_PROCESS, path={"id": "loan"}).json["versions"] == [1]


@pytest.mark.parametrize(
    ("key", "content"),
    [
        ("loan.bpmn", bpmn(form="")),
        ("somewhere/a b+ż.xml", bpmn(form="")),
        ("bundle.zip", archive({f"loan/{name}": content for name, content in FILES.items()})),
        ("mac.zip", archive({**FILES, "__MACOSX/._loan.bpmn": b"x", ".DS_Store": b"x"})),
    ],
)
def test_what_is_dropped_anywhere_is_published_too(key: str, content: bytes) -> None:
    world = new_world()
    arrive(world, key, content)
    assert call(world, handle, routes.GET_PROCESS, path={"id": "loan"}).json["version"] == 1


@pytest.mark.parametrize(
    ("content", "size", "code"),
    [
        (archive({"loan.bpmn": bpmn(form="missing")}), None, "FLOW-040"),
        (b"no zip", None, "bundle-refused"),
        (b"", None, "bundle-refused"),
        (archive({"../../etc/passwd": b"x"}), None, "bundle-refused"),
        (archive({f"{n}.json": b"0" * 9_000_000 for n in range(6)}), None, "bundle-refused"),
        (b"x", MAX_BUNDLE_BYTES + 1, "too-large"),
    ],
)
def test_what_cannot_be_published_is_refused_with_reasons(content: bytes, size: int | None, code: str) -> None:
    world = new_world()
    upload = ask(world)
    assert arrive(world, f"uploads/{upload['id']}/loan.zip", content, size=size) == {"batchItemFailures": []}
    after = status(world, upload["id"])
    assert after["status"] == "refused" and code in {e["code"] for e in after["errors"]}
    assert call(world, handle, routes.LIST_PROCESSES).json["items"] == []


def test_killed_anywhere_the_next_delivery_publishes_it_once() -> None:
    def build() -> World:
        world = new_world()
        ask(world)
        return world

    key = "uploads/00000000000000000000000001/loan.zip"
    for where, world in kill_everywhere(build, lambda w: arrive(w, key, archive(FILES))):
        arrive(world, key, archive(FILES))
        assert status(world, "00000000000000000000000001")["status"] == "deployed", where
        assert call(world, handle, routes.GET_PROCESS, path={"id": "loan"}).json["versions"] == [1], where


@pytest.mark.parametrize("filename", ["", "a/b.bpmn", "a.exe", "x" * 300 + ".zip", "..\\a.bpmn"])
def test_odd_file_names_are_refused(filename: str) -> None:
    assert call(new_world(), handle, routes.NEW_UPLOAD, body={"filename": filename}).code == "validation-failed"


def test_unknown_uploads_and_other_notices() -> None:
    world = new_world()
    assert call(world, handle, routes.GET_UPLOAD, path={"id": "none"}).code == "not-found"
    for body in ({"Event": "s3:TestEvent"}, {"Records": [{"eventName": "ObjectRemoved:Delete"}]}):
        answer = handle.with_ports(world.ports)(queue_event("bundle-uploads", [body]), Context())
        assert answer == {"batchItemFailures": []}
