"""Issuing and revoking case links, over HTTP."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from contract import routes, tables
from functions.access.handler import handle
from functions.access.tokens import seal, unseal
from functions.runtime.calls import LinkGrant
from functions.runtime.records import Put
from tests.functions.fakes import World
from tests.functions.invoking import Reply, call
from tests.functions.tasks.waiting import add_task


@pytest.fixture
def world() -> World:
    world = World()
    item = {"pk": "i1", "sk": "INSTANCE", "entity": "instance", "processId": "p", "startedAt": "2026-11-22T09:00:00Z"}
    world.store.write(Put(tables.INSTANCES, item))
    return world


def issue(world: World, body: Any, **headers: str) -> Reply:
    return call(world, handle, routes.NEW_CASE_LINK, body=body, headers=headers)


def test_a_link_for_an_instance(world: World):
    reply = issue(world, {"instanceId": "i1", "expiresIn": "P2D"})
    link = reply.json
    assert reply.status == 201
    assert link["url"] == f"https://demo.test/#/case/{link['token']}"
    assert datetime.fromisoformat(link["expiresAt"]) - world.clock.now() == timedelta(days=2)
    said = unseal(world.signer, link["token"])
    assert said and said.grant == LinkGrant(link["id"], "i1")
    assert [item["type"] for item in world.store.items(tables.OUTBOX)] == ["CaseLinkIssued"]
    assert link["token"] not in json.dumps(
        world.store.items(tables.OUTBOX) + world.store.items(tables.LINKS), default=str
    )


def test_a_link_for_a_task_is_one_for_its_instance_too(world: World):
    task = add_task(world, instance="i2")
    said = unseal(world.signer, issue(world, {"taskId": task}).json["token"])
    assert said and said.grant.covers_task(task, "i2") and said.grant.covers_instance("i2")
    assert not said.grant.covers_task("i2:other", "i2")


def test_the_same_key_gives_the_same_link(world: World):
    first = issue(world, {"instanceId": "i1"}, **{"idempotency-key": "k"})
    again = issue(world, {"instanceId": "i1"}, **{"idempotency-key": "k"})
    assert first.json == again.json and len(world.store.items(tables.LINKS)) == 1
    assert issue(world, {"instanceId": "i2"}, **{"idempotency-key": "k"}).code == "idempotency-key-reused"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "validation-failed"),
        ({"instanceId": "i1", "taskId": "i1:x"}, "validation-failed"),
        ({"instanceId": "i1", "expiresIn": "P91D"}, "validation-failed"),
        ({"instanceId": "i1", "expiresIn": "P999999999D"}, "validation-failed"),
        ({"instanceId": "i1", "expiresIn": "PT0S"}, "validation-failed"),
        ({"instanceId": "i1", "expiresIn": "-P1D"}, "validation-failed"),
        ({"instanceId": "i1", "expiresIn": 5}, "validation-failed"),
        ({"instanceId": "i1", "odd": 1}, "validation-failed"),
        ({"instanceId": "nobody"}, "not-found"),
        ({"taskId": "i1:gone@1"}, "not-found"),
        ({"taskId": "../"}, "not-found"),
        ("{", "invalid-request"),
    ],
)
def test_bad_requests_issue_nothing(world: World, body: Any, code: str):
    assert issue(world, body).code == code
    assert world.store.items(tables.LINKS) == [] and world.store.items(tables.OUTBOX) == []


def test_revoking(world: World):
    id_ = issue(world, {"instanceId": "i1"}).json["id"]
    for _ in range(2):
        assert call(world, handle, routes.REVOKE_CASE_LINK, path={"id": id_}).status == 204
    assert [item["type"] for item in world.store.items(tables.OUTBOX)] == ["CaseLinkIssued", "CaseLinkRevoked"]
    assert call(world, handle, routes.REVOKE_CASE_LINK, path={"id": "nothing"}).code == "not-found"


def test_no_change_of_a_token_goes_unseen(world: World):
    token = seal(world.signer, LinkGrant("l1", "i1"), world.clock.now())
    for at in range(len(token)):
        for other in "Ab0-.=":
            changed = token[:at] + other + token[at + 1 :]
            assert changed == token or unseal(world.signer, changed) is None
    payload = token.split(".")[1]
    forged = (
        base64.urlsafe_b64encode(json.dumps({"l": "l1", "i": "i2", "t": "", "e": 9e9}).encode()).decode().rstrip("=")
    )
    for text in (
        "link.",
        "link..",
        f"link.{payload}.",
        token.replace(payload, forged),
        token + "=",
        "link." + "A" * 9000,
    ):
        assert unseal(world.signer, text) is None
