"""Publishing: all errors at once and nothing half done; the same bytes once; versions without gap or double."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from contract import routes, tables
from functions.correlation.keys import starts_partition
from functions.deployments.handler import handle
from functions.deployments.publishing import publish
from functions.runtime.records import ConditionFailedError, ContentionError
from functions.runtime.unit import Unit
from tests.functions.crashing import interrupt, kill_everywhere
from tests.functions.deployments.bundles import FORM, XML, bpmn, deploy, dmn, new_world
from tests.functions.fakes import World
from tests.functions.invoking import call

FILES = {"loan.bpmn": bpmn(), "apply.json": FORM}


def untouched(world: World) -> bool:
    """Nothing was written anywhere."""
    written = world.store.items(tables.REGISTRY) + world.store.items(tables.OUTBOX) + world.store.items(tables.MESSAGES)
    return not (written or world.objects.stored or world.machines.versions)


def versions(world: World, key: str = "PROCESS#loan") -> list[int]:
    rows = [i for i in world.store.items(tables.REGISTRY) if i["pk"] == key]
    current = [i["version"] for i in rows if i["sk"] == "CURRENT"]
    numbered = [i["version"] for i in rows if i["sk"].startswith("V#")]
    assert not numbered or current == [max(numbered)]
    return numbered


def test_a_deployment_can_be_read_back() -> None:
    world = new_world()
    reply = deploy(world, FILES)
    assert (reply.status, [(p["id"], p["version"]) for p in reply.json["processes"]]) == (201, [("loan", 1)])
    assert reply.json["processes"][0]["machines"] == ["main"] and reply.json["deploymentId"]
    path = {"id": "loan"}
    assert call(world, handle, routes.GET_BPMN, path=path).body == FILES["loan.bpmn"]
    assert list(call(world, handle, routes.GET_ASL, path=path).json["main"]["States"])
    assert call(world, handle, routes.GET_REPORT, path=path).json == reply.json["processes"][0]["report"]
    assert call(world, handle, routes.GET_PROCESS, path=path).json["versions"] == [1]
    assert [p["id"] for p in call(world, handle, routes.LIST_PROCESSES).json["items"]] == ["loan"]
    assert world.objects.stored["artifacts", "processes/loan/1/forms/apply.json"] == FORM


def test_a_process_whose_form_an_expression_chooses_keeps_all_forms() -> None:
    world = new_world()
    deploy(world, {"other.bpmn": bpmn("other"), "apply.json": FORM})
    assert deploy(world, {"loan.bpmn": bpmn(form="${kind}"), "sign.json": FORM}).status == 201
    kept = [key for _, key in world.objects.stored if key.startswith("processes/loan/1/forms/")]
    assert sorted(kept) == ["processes/loan/1/forms/apply.json", "processes/loan/1/forms/sign.json"]


def with_form_inside(form: bytes) -> dict[str, bytes]:
    """A model of Camunda 8 that holds the form of its task."""
    zeebe = b' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d"'
    box = b"<extensionElements>%s</extensionElements>"
    held = box % (b'<zeebe:userTaskForm id="f">%s</zeebe:userTaskForm>' % form)
    shown = box % b'<zeebe:formDefinition formKey="camunda-forms:bpmn:f"/>'
    source = bpmn(form="").replace(b' id="d"', zeebe, 1).replace(b"<startEvent", held + b"<startEvent", 1)
    return {"loan.bpmn": source.replace(b'name="Fill"/>', b'name="Fill">%s</userTask>' % shown, 1)}


def test_a_form_inside_the_model_is_published_with_it() -> None:
    world = new_world()
    assert deploy(world, with_form_inside(FORM)).status == 201
    assert world.objects.stored["artifacts", "processes/loan/1/forms/fields:Fill.json"] == FORM


def test_a_form_inside_the_model_is_checked_like_any_other() -> None:
    reply = deploy(new_world(), with_form_inside(FORM.replace(b'"number"', b'"magic"')))
    assert (reply.status, reply.code) == (422, "process-refused")
    assert {e["elementId"] for e in reply.json["errors"] if e["severity"] == "error"} == {"Fill"}


def test_the_same_bytes_make_no_second_version_other_bytes_do() -> None:
    world = new_world()
    first, again = deploy(world, FILES), deploy(world, FILES)
    assert again.json == first.json
    alone = call(world, handle, routes.DEPLOY, body=FILES["loan.bpmn"], headers=XML)
    assert alone.json["processes"][0]["version"] == 1
    assert deploy(world, {**FILES, "loan.bpmn": bpmn(name="New")}).json["processes"][0]["version"] == 2
    changed_form = deploy(world, {**FILES, "loan.bpmn": bpmn(name="New"), "apply.json": FORM.replace(b"Am", b"am")})
    assert changed_form.json["processes"][0]["version"] == 3
    assert versions(world) == [1, 2, 3] and versions(world, "FORM#apply") == [1, 2]
    assert world.objects.stored["artifacts", "processes/loan/2/forms/apply.json"] == FORM


def calling(name: str = "", tag: str = "") -> dict[str, bytes]:
    """A process that calls another as it is deployed together with it."""
    call_ = '<bpmn:callActivity id="Call"><bpmn:extensionElements><zeebe:calledElement processId="inner" '
    call_ += 'bindingType="deployment"/></bpmn:extensionElements></bpmn:callActivity>'
    tagged = f'<bpmn:extensionElements><zeebe:versionTag value="{tag}"/></bpmn:extensionElements>' if tag else ""
    files = {}
    for id_, body in (("outer", call_), ("inner", f'<bpmn:task id="Call" name="{name}"/>')):
        flows = (
            '<bpmn:sequenceFlow id="a" sourceRef="S" targetRef="Call"/>'
            '<bpmn:sequenceFlow id="b" sourceRef="Call" targetRef="E"/>'
        )
        files[f"{id_}.bpmn"] = (
            '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" '
            f'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><bpmn:process id="{id_}" isExecutable="true">{tagged}'
            f'<bpmn:startEvent id="S"/>{body}<bpmn:endEvent id="E"/>{flows}</bpmn:process></bpmn:definitions>'
        ).encode()
    return files


def test_what_is_called_as_deployed_together_is_a_part_of_its_caller() -> None:
    world = new_world()
    deploy(world, calling())
    deploy(world, calling("New"))
    for version in (1, 2):
        item = world.store.get(tables.REGISTRY, "PROCESS#outer", f"V#{version:08}")
        inner = world.store.get(tables.REGISTRY, "PROCESS#inner", f"V#{version:08}")
        assert item is not None and inner is not None
        assert json.loads(item["together"])["inner"] == {"arn": inner["machine"], "version": version}


def test_a_version_tag_names_the_newest_version_that_has_it() -> None:
    world = new_world()
    for name, tag in (("", "spring"), ("New", "spring"), ("Newer", "autumn")):
        deploy(world, calling(name, tag))
    tags = {i["sk"]: i["version"] for i in world.store.items(tables.REGISTRY) if i["sk"].startswith("TAG#")}
    assert tags == {"TAG#spring": 2, "TAG#autumn": 3}


def test_all_errors_of_all_files_come_at_once_and_nothing_is_deployed() -> None:
    world = new_world()
    reply = deploy(
        world,
        {
            "a.bpmn": bpmn("a", form="missing"),
            "b.bpmn": b"<broken",
            "c.dmn": b"<definitions/>",
            "apply.json": b"[]",
            "letter.html": b"\xff",
        },
    )
    assert (reply.status, reply.code) == (422, "process-refused")
    errors = [(e["code"], e["file"]) for e in reply.json["errors"] if e["severity"] == "error"]
    assert {file for _, file in errors} == {"a.bpmn", "b.bpmn", "c.dmn", "forms/apply.json", "documents/letter.html"}
    unresolved = next(e for e in reply.json["errors"] if e["code"] == "FLOW-040")
    assert (unresolved["elementId"], unresolved["line"]) == ("Fill", 6)
    assert untouched(world)


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        ({"body": b"{}", "headers": {"content-type": "application/json"}}, 415, "unsupported-media-type"),
        ({"body": b"", "headers": XML}, 400, "invalid-request"),
        ({"body": b"not xml", "headers": XML}, 422, "process-refused"),
        ({"body": b"x", "headers": {"content-type": "multipart/form-data"}}, 400, "invalid-request"),
        ({"body": b"--X", "headers": {"content-type": "multipart/form-data; boundary=X"}}, 400, "invalid-request"),
        ({"body": b"x" * (4 * 1024 * 1024 + 1), "headers": XML}, 413, "too-large"),
    ],
)
def test_requests_that_cannot_be_read(request_: dict[str, Any], status: int, code: str) -> None:
    world = new_world()
    reply = call(world, handle, routes.DEPLOY, **request_)
    assert (reply.status, reply.code) == (status, code) and untouched(world)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"readme.md": b"hi"}, "DEPLOY-004"),
        ({"a.bpmn": bpmn(form=""), "b.bpmn": bpmn(form="")}, "DEPLOY-001"),
        ({"a.dmn": dmn(), "b.dmn": dmn()}, "DEPLOY-007"),
        ({f"{n}.json": FORM for n in range(41)}, "DEPLOY-005"),
        ({"letter.html": b"{{ open('/etc/passwd') }}"}, "DOC-002"),
        ({"a b.json": FORM}, "DEPLOY-006"),
    ],
)
def test_what_does_not_belong_together(files: Mapping[str, bytes], code: str) -> None:
    world = new_world()
    reply = deploy(world, files)
    assert reply.code == "process-refused" and code in {e["code"] for e in reply.json["errors"]}
    assert untouched(world)


def test_parts_can_be_published_alone_and_referred_to_later() -> None:
    world = new_world()
    assert deploy(world, {"apply.json": FORM, "score.dmn": dmn()}).json["processes"] == []
    assert deploy(world, {"loan.bpmn": bpmn()}).status == 201
    assert versions(world, "DECISION#score") == versions(world, "FORM#apply") == [1]


def test_start_messages_follow_the_current_version() -> None:
    world = new_world()
    deploy(world, {"loan.bpmn": bpmn(form="", message="ordered")})
    (start,) = world.store.items(tables.MESSAGES)
    assert (start["pk"], start["sk"], start["version"]) == (starts_partition("ordered"), "loan", 1)
    deploy(world, {"loan.bpmn": bpmn(form="", message="asked for")})
    (start,) = world.store.items(tables.MESSAGES)
    assert (start["pk"], start["version"]) == (starts_partition("asked for"), 2)


def test_killed_anywhere_and_repeated_it_is_published_once() -> None:
    def act(world: World) -> Any:
        return deploy(world, FILES, key="k")

    for where, world in kill_everywhere(new_world, act):
        reply = act(world)
        assert (reply.status, reply.json["processes"][0]["version"]) == (201, 1), where
        assert versions(world) == [1] and len(world.machines.versions["loan"]) == 1, where
        events = [json.loads(i["detail"])["data"]["id"] for i in world.store.items(tables.OUTBOX)]
        assert events == ["loan"], where
        assert world.objects.stored["artifacts", "processes/loan/1/process.bpmn"] == FILES["loan.bpmn"], where


def test_two_publishers_at_once_make_two_versions_each_with_its_own_artifacts() -> None:
    """The second publisher begins at each step of the first; whoever is refused tries again and gets the next one."""
    contents = {name: {"loan.bpmn": bpmn(form="", name=name)} for name in ("First", "Second")}
    clean = new_world()
    deploy(clean, contents["First"])
    for step in range(len(clean.steps.taken)):
        world = new_world()
        interrupt(world, step, lambda w=world: _publish(w, contents["Second"]))  # type: ignore[misc]
        if not _publish(world, contents["First"]):
            assert _publish(world, contents["First"])
        assert _publish(world, contents["Second"])
        found = {i["version"]: i["name"] for i in world.store.items(tables.REGISTRY) if i["sk"].startswith("V#")}
        assert sorted(found) == list(range(1, len(found) + 1)) and set(found.values()) == {"First", "Second"}
        for version, name in found.items():
            stored = world.objects.stored["artifacts", f"processes/loan/{version}/process.bpmn"]
            assert stored == bpmn(form="", name=name)


def _publish(world: World, files: Mapping[str, bytes]) -> bool:
    """Whether it went through; False if somebody else was at it."""
    ports = world.ports(handle.spec)
    unit = Unit(ports.store, ports.clock, ports.ids, tenant="demo")
    try:
        publish(ports, unit, files, lambda _: unit.commit())
    except (ContentionError, ConditionFailedError):
        return False
    return True


def test_reading_what_is_not_there() -> None:
    world = new_world()
    for route in (routes.GET_PROCESS, routes.GET_BPMN, routes.GET_ASL, routes.GET_REPORT):
        assert call(world, handle, route, path={"id": "none"}).code == "not-found"
    deploy(world, FILES)
    for version, code in (("2", "not-found"), ("x", "validation-failed"), ("0", "validation-failed")):
        asked = [("version", version)]
        assert call(world, handle, routes.GET_BPMN, path={"id": "loan"}, query=asked).code == code
    assert call(world, handle, routes.LIST_PROCESSES, query=[("cursor", "x")]).code == "invalid-request"
