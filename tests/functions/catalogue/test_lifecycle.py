"""The life of a version: drafted, reviewed by another, published, retired; who is late is told, nothing lost."""

from datetime import timedelta
from typing import Any

import pytest

from contract import routes, tables
from tests.functions.catalogue.editors import Editor, approved, heard, product, published, take_turns
from tests.functions.fakes import World

CARD = {"collection": "products", "id": "card"}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def maria(world: World) -> Editor:
    return Editor(world, "maria")


@pytest.fixture
def tomek(world: World) -> Editor:
    return Editor(world, "tomek")


def entry(editor: Editor, **path: Any) -> dict[str, Any]:
    return dict(editor.does(routes.GET_ENTRY, **(path or CARD)))


def test_a_draft_is_reviewed_by_another_person_and_published(world: World, maria: Editor, tomek: Editor):
    made = maria.drafts(product())
    assert (made["version"], made["state"], made["lock"], made["findings"]) == (1, "draft", 1, [])
    assert maria.moves("publish", "card", 1).code == "conflict"
    assert maria.moves("submit", "card", 1).json["state"] == "inReview"
    assert maria.moves("approve", "card", 1).code == "four-eyes"
    assert tomek.moves("reject", "card", 1, reason="No price").json["state"] == "draft"
    assert tomek.moves("submit", "card", 1).json["submittedBy"] == "tomek"
    assert tomek.moves("approve", "card", 1).code == "four-eyes"
    assert Editor(world, "ola").moves("approve", "card", 1).json["approvedBy"] == "ola"
    assert maria.moves("publish", "card", 1).json["state"] == "published"
    found = entry(maria)
    assert (found["live"], found["open"], [v["state"] for v in found["versions"]]) == (1, None, ["published"])
    history = maria.does(routes.LIST_CHANGES, **CARD)["items"]
    assert [(h["action"], h["by"]) for h in reversed(history)] == [
        ("create", "maria"), ("submit", "maria"), ("reject", "tomek"), ("submit", "tomek"), ("approve", "ola"),
        ("publish", "maria"),
    ]  # fmt: skip
    assert history[3]["reason"] == "No price"
    names = [name for name, _ in heard(world)]
    assert names == [
        "EntryChanged", "EntrySubmitted", "EntryRejected", "EntrySubmitted", "EntryApproved", "CataloguePublished",
    ]  # fmt: skip


def test_the_second_editor_is_told_who_was_first_and_nothing_is_lost(world: World, maria: Editor, tomek: Editor):
    maria.drafts(product())
    path = {**CARD, "n": 1}
    saved = maria.does(routes.SAVE_VERSION, **path, body={"lock": 1, "body": product(category="credit")})
    late = tomek.ask(routes.SAVE_VERSION, **path, body={"lock": 1, "body": product(category="debit")})
    assert (late.status, late.code) == (412, "stale")
    assert "maria" in late.json["detail"] and "lock is 2" in late.json["detail"]
    assert maria.does(routes.GET_VERSION, **path)["body"]["category"] == "credit"
    assert saved["lock"] == 2
    again = tomek.does(routes.SAVE_VERSION, **path, body={"lock": 2, "body": product(category="debit")})
    assert (again["lock"], again["editors"]) == (3, ["maria", "tomek"])
    assert tomek.moves("submit", "card", 1, lock=2).code == "stale"


def test_a_lock_is_an_entity_tag(world: World, maria: Editor, tomek: Editor):
    maria.drafts(product())
    path = {**CARD, "n": 1}
    tag = tomek.ask(routes.GET_VERSION, **path).headers["ETag"]
    saved = maria.ask(routes.SAVE_VERSION, **path, match=tag, body={"body": product(category="credit")}, key="k")
    again = maria.ask(routes.SAVE_VERSION, **path, match=tag, body={"body": product(category="credit")}, key="k")
    assert (saved.status, saved.headers["ETag"], again.headers["ETag"]) == (200, '"2"', '"2"') and tag == '"1"'
    late = {"body": product(category="debit")}
    assert tomek.ask(routes.SAVE_VERSION, **path, match=tag, body=late).code == "stale"
    assert tomek.ask(routes.SAVE_VERSION, **path, match=tag, body={**late, "lock": 2}).code == "stale"
    assert tomek.ask(routes.SAVE_VERSION, **path, match="nonsense", body=late).code == "stale"
    blind = tomek.ask(routes.SAVE_VERSION, **path, body=late)
    assert (blind.status, blind.json["errors"][0]["field"]) == (422, "/lock")
    assert tomek.ask(routes.SUBMIT_VERSION, **path, match=tag, body={}).code == "stale"
    assert tomek.ask(routes.DELETE_VERSION, **path, match=tag).code == "stale"
    assert tomek.ask(routes.SAVE_VERSION, **path, match='"9", W/"2"', body=late).headers["ETag"] == '"3"'
    assert tomek.ask(routes.DELETE_VERSION, **path, match="*").status == 204


def test_a_draft_may_be_wrong_and_says_so_but_is_not_submitted(world: World, maria: Editor):
    wrong = {**product(), "prices": [{"id": "fee", "name": {"en": "Fee"}, "type": "weekly", "value": 1}], "colour": 1}
    made = maria.drafts(wrong)
    assert {f["field"] for f in made["findings"]} == {"/prices/0/type", "/colour"}
    assert made["body"] == wrong
    refused = maria.moves("submit", "card", 1)
    assert (refused.status, len(refused.json["errors"])) == (422, 2)
    assert entry(maria)["openState"] == "draft"


@pytest.mark.parametrize("id_", ["Card", "", None, 3, "x" * 61])
def test_ids_that_are_none(maria: Editor, id_: Any):
    refused = maria.ask(routes.NEW_ENTRY, collection="products", body={"body": {**product(), "id": id_}})
    assert (refused.status, refused.json["errors"][0]["field"]) == (422, "/body/id")


def test_bodies_that_cannot_be_kept(maria: Editor):
    maria.drafts(product())
    path = {**CARD, "n": 1}
    other = maria.ask(routes.SAVE_VERSION, **path, body={"lock": 1, "body": product("loan")})
    assert (other.status, other.json["errors"][0]["field"]) == (422, "/id")
    long = {**product(), "content": {"summary": {"en": "ż" * 150_000}}}
    assert maria.ask(routes.SAVE_VERSION, **path, body={"lock": 1, "body": long}).status == 422


def test_one_open_version_at_a_time(maria: Editor):
    maria.drafts(product())
    assert maria.ask(routes.NEW_VERSION, **CARD, body={}).code == "conflict"
    assert maria.ask(routes.NEW_ENTRY, collection="products", body={"body": product()}).code == "conflict"


def test_publishing_retires_the_version_before(world: World, maria: Editor, tomek: Editor):
    published(world, product())
    draft = maria.does(routes.NEW_VERSION, **CARD, body={"from": 1})
    assert (draft["version"], draft["basedOn"], draft["body"]["category"]) == (2, 1, "cards")
    assert published_after(world, maria, tomek, 2) == ["published", "retired"]
    assert tomek.moves("retire", "card", 2, reason="Sold out").json["state"] == "retired"
    assert entry(maria)["live"] is None
    assert heard(world)[-1][0] == "CataloguePublished"
    assert ("EntryRetired", "Sold out") in [(name, data.get("reason")) for name, data in heard(world)]


def published_after(world: World, maria: Editor, tomek: Editor, version: int) -> list[str]:
    for who, move in ((maria, "submit"), (tomek, "approve"), (tomek, "publish")):
        assert who.moves(move, "card", version).status == 200
    return [v["state"] for v in entry(maria)["versions"]]


def test_a_deleted_draft_is_gone_and_its_number_is_not_given_again(world: World, maria: Editor, tomek: Editor):
    maria.drafts(product())
    maria.does(routes.DELETE_VERSION, **CARD, n=1)
    assert maria.ask(routes.GET_ENTRY, **CARD).status == 404
    assert maria.does(routes.LIST_ENTRIES, collection="products")["items"] == []
    assert maria.drafts(product())["version"] == 2
    published_after(world, maria, tomek, 2)
    maria.drafts(product(category="other"))
    maria.does(routes.DELETE_VERSION, **CARD, n=3)
    assert maria.does(routes.DIFF_VERSIONS, **CARD)["differences"] == []
    assert maria.does(routes.NEW_VERSION, **CARD, body={})["basedOn"] == 2
    maria.does(routes.SAVE_VERSION, **CARD, n=4, body={"lock": 1, "body": product(category="other")})
    (difference,) = maria.does(routes.DIFF_VERSIONS, **CARD)["differences"]
    assert (difference["path"], difference["before"], difference["after"]) == ("/category", "cards", "other")


def test_what_is_used_stays_or_goes_with_its_users(world: World, maria: Editor, tomek: Editor):
    bundle = {"id": "both", "name": {"en": "Both"}, "category": "cards", "languages": ["en"], "channels": {"web": {}}}
    bundle |= {"content": {"summary": {"en": "Two"}}, "components": [{"product": "card"}]}
    version = approved(world, bundle, "packages")
    alone = tomek.moves("publish", "both", version, "packages")
    assert alone.status == 422 and "card" in alone.json["errors"][0]["message"]
    approved(world, product())
    wanted = [
        {"collection": "packages", "id": "both", "version": 1},
        {"collection": "products", "id": "card", "version": 1},
    ]
    answer = tomek.does(routes.NEW_RELEASE, body={"entries": wanted})
    assert (answer["revision"], len(answer["entries"])) == (1, 2)
    used = tomek.moves("retire", "card", 1)
    assert used.status == 422 and used.json["errors"][0]["file"] == "packages/both.yaml"
    gone = tomek.does(routes.NEW_RELEASE, body={"entries": [{**each, "retire": True} for each in wanted]})
    assert [e["version"] for e in gone["entries"]] == [None, None]
    twice = tomek.ask(routes.NEW_RELEASE, body={"entries": [wanted[0], wanted[0]]})
    assert twice.code == "validation-failed"


def test_lists_by_state_category_and_text(world: World, maria: Editor):
    published(world, product("card"))
    maria.drafts(product("loan", name={"en": "Cash loan", "pl": "Pożyczka"}, languages=["en", "pl"], category="loans"))

    def found(**query: str) -> list[str]:
        items = maria.does(routes.LIST_ENTRIES, collection="products", query=list(query.items()))["items"]
        return [item["id"] for item in items]

    assert found() == ["card", "loan"]
    assert (found(state="published"), found(state="draft")) == (["card"], ["loan"])
    assert (found(category="loans"), found(q="pożycz"), found(q="ar"), found(q="x")) == (
        ["loan"],
        ["loan"],
        ["card"],
        [],
    )
    assert maria.ask(routes.LIST_ENTRIES, collection="things").status == 404


def test_everything_asked_twice_with_a_key_happens_once(world: World, maria: Editor, tomek: Editor):
    def twice(editor: Editor, route: Any, **request: Any) -> Any:
        first, second = (editor.ask(route, key="k", **request) for _ in range(2))
        assert first.json == second.json and first.status < 300, first.body
        assert second.headers["Idempotency-Replayed"] == "true"
        return first.json

    path = {**CARD, "n": 1}
    twice(maria, routes.NEW_ENTRY, collection="products", body={"body": product()})
    twice(maria, routes.SAVE_VERSION, **path, body={"lock": 1, "body": product(category="x")})
    twice(maria, routes.SUBMIT_VERSION, **path, body={})
    twice(tomek, routes.APPROVE_VERSION, **path, body={})
    twice(tomek, routes.PUBLISH_VERSION, **path, body={})
    twice(tomek, routes.RETIRE_VERSION, **path, body={})
    assert len(maria.does(routes.LIST_CHANGES, **CARD)["items"]) == 6
    assert [i["revision"] for i in world.store.items(tables.CATALOGUE) if i["pk"] == "HEAD"] == [2]


def test_what_is_scheduled_happens_at_its_time_once(world: World, maria: Editor, tomek: Editor):
    approved(world, product())
    due = (world.clock.now().replace(microsecond=0)).isoformat()
    world.clock.advance(days=-1)
    scheduled = tomek.moves("publish", "card", 1, at=due).json
    assert (scheduled["state"], scheduled["publishAt"]) == ("scheduled", due.replace("+00:00", "Z"))
    take_turns(world)
    assert entry(maria)["openState"] == "scheduled"
    world.clock.advance(days=1)
    take_turns(world, times=2)
    found = entry(maria)
    assert (found["live"], found["versions"][0]["publishedAt"][:10]) == (1, due[:10])
    assert [name for name, _ in heard(world)].count("CataloguePublished") == 1
    tomek.moves("retire", "card", 1, at=(world.clock.now().replace(year=2027)).isoformat())
    take_turns(world)
    assert len(world.timers.by_name) == 1
    assert maria.moves("withdraw", "card", 1).json["retireAt"] is None
    assert world.timers.by_name == {}
    world.clock.advance(days=800)
    take_turns(world)
    assert entry(maria)["live"] == 1


def test_a_turn_that_cannot_be_taken_says_why(world: World, maria: Editor, tomek: Editor):
    published(world, product("loan"))
    approved(world, product(relations=[{"type": "requires", "product": "loan"}]))
    tomek.moves("publish", "card", 1, at=(world.clock.now().replace(year=2027)).isoformat())
    tomek.moves("retire", "loan", 1)
    world.clock.advance(days=800)
    take_turns(world, times=2)
    found = maria.does(routes.GET_VERSION, **CARD, n=1)
    assert (found["state"], found["publishAt"]) == ("approved", None)
    assert "'loan'" in found["reason"]
    assert [name for name, _ in heard(world)].count("CatalogueTurnFailed") == 1
    assert maria.does(routes.LIST_CHANGES, **CARD)["items"][0]["action"] == "publishFailed"


def test_what_is_due_at_the_same_time_goes_together(world: World, tomek: Editor):
    approved(world, product(relations=[{"type": "requires", "product": "loan"}]))
    approved(world, product("loan", relations=[{"type": "goesWith", "product": "card"}]))
    at = world.clock.now().replace(year=2027).isoformat()
    for id_ in ("card", "loan"):
        assert tomek.moves("publish", id_, 1, at=at).status == 200
    world.clock.advance(days=800)
    take_turns(world)
    heads = [i for i in world.store.items(tables.CATALOGUE) if i["pk"] == "HEAD"]
    assert [h["revision"] for h in heads] == [1]
    assert entry(tomek)["live"] == 1


@pytest.mark.parametrize("ahead", [1, 30, 60])
def test_what_is_due_soon_is_not_late(world: World, tomek: Editor, ahead: int) -> None:
    approved(world, product())
    due = world.clock.now() + timedelta(seconds=ahead)
    tomek.moves("publish", "card", 1, at=due.isoformat())
    take_turns(world)
    assert [at for at, _ in world.timers.by_name.values()] == [due]
    world.clock.advance(seconds=ahead)
    take_turns(world)
    assert entry(tomek)["live"] == 1


def test_what_is_due_before_its_event_is_heard_is_done_then(world: World, tomek: Editor) -> None:
    approved(world, product())
    tomek.moves("publish", "card", 1, at=(world.clock.now() + timedelta(seconds=1)).isoformat())
    world.clock.advance(seconds=2)
    take_turns(world, times=2)
    assert (entry(tomek)["live"], world.timers.by_name) == (1, {})


@pytest.mark.parametrize("at", [5, "1764331200", "2030-01-01T00:00:00", "2030-01-01", "tomorrow", True])
def test_a_time_that_is_none_publishes_nothing(world: World, maria: Editor, tomek: Editor, at: Any):
    version = approved(world, product())
    refused = tomek.moves("publish", "card", version, at=at)
    assert (refused.status, refused.json["errors"][0]["field"]) == (422, "/at")
    draft = maria.drafts(product("other", channels={"web": {"from": at}}))
    assert [f["field"] for f in draft["findings"] if f["severity"] == "error"] == ["/channels/web/from"]
