"""Media in archives: with their files from one tenant to another, or refused with all that is wrong with them."""

import zipfile
from io import BytesIO
from typing import Any

import pytest

from catalogue.exchange.archive import Archive
from catalogue.kinds import PRODUCT
from catalogue.media import FORMATS
from catalogue.zip_source import Limits
from contract import routes, tables
from contract.buckets import EXCHANGE, MEDIA
from functions.catalogue.jobs.items import upload_key_of
from functions.market.handler import handle as market
from tests.catalogue.archives import write_archive
from tests.functions.catalogue.editors import Editor, approved, heard, product
from tests.functions.catalogue.jobs import arrived, begin, deliver, exported, job, run
from tests.functions.catalogue.test_media import PNG, SHOWN
from tests.functions.crashing import kill_everywhere
from tests.functions.fakes import World
from tests.functions.invoking import call

OTHER = PNG + b", and another thing"


def told(world: World) -> dict[str, bytes]:
    """What the market shows of the card."""
    reply = call(world, market, routes.GET_OFFER, path={"id": "card"}, query=[("channel", "web")], claims=None)
    assert reply.status == 200, reply.body
    shown = reply.json["media"].items()
    return {name: world.objects.stored[MEDIA.name, one["url"].removeprefix("/")] for name, one in shown}


def publish(world: World, content: bytes) -> None:
    id_ = begin(world, content, publish=True)
    Editor(world, "tomek").does(routes.APPROVE_JOB, id=id_)
    run(world)
    assert job(world, id_)["status"] == "done", job(world, id_)


def said(world: World, content: bytes, **asked: Any) -> set[tuple[str, str, str | None, int | None]]:
    found = job(world, begin(world, content, **asked))
    assert found["status"] == "refused" and not [key for key in world.objects.stored if key[0] == MEDIA.name]
    return {(f["code"], f["file"], f.get("field"), f["line"]) for r in found["results"] for f in r["findings"]}


def test_pictures_go_with_what_shows_them_from_one_tenant_to_another() -> None:
    first, second = World(), World()
    card = product(content=SHOWN)
    publish(first, write_archive([(PRODUCT, card)], [("card-front", PNG), ("lonely", OTHER)]))
    published, everything = exported(first), exported(first, drafts=True)
    assert published == write_archive([(PRODUCT, card)], [("card-front", PNG)])
    assert everything == write_archive([(PRODUCT, card)], [("card-front", PNG), ("lonely", OTHER)])
    publish(second, everything)
    assert told(first) == told(second) == {"front": PNG}
    assert (exported(second), exported(second, drafts=True)) == (published, everything)
    assert {r["action"] for r in job(second, begin(second, everything))["results"]} == {"keep"}


def test_a_dry_run_tells_what_would_be_kept_and_keeps_nothing() -> None:
    world, content = World(), write_archive([(PRODUCT, product(content=SHOWN))], [("card-front", PNG)])
    dry = job(world, begin(world, content, publish=True, dryRun=True))
    assert [(r["kind"], r["id"], r["action"], r["done"]) for r in dry["results"]] == [
        ("media", "card-front", "create", False), ("product", "card", "create", False),
    ]  # fmt: skip
    assert not [key for key in world.objects.stored if key[0] == MEDIA.name]


def test_pictures_of_drafts_stay_when_what_is_published_goes() -> None:
    world = World()
    content = write_archive([(PRODUCT, product(content=SHOWN))], [("card-front", PNG)])
    begin(world, content)
    run(world)
    assert (exported(world), exported(world, drafts=True)) == (write_archive([]), content)
    named = [{"collection": "products", "id": "card"}]
    assert exported(world, drafts=True, entries=named) == content
    assert exported(world, drafts=True, collections=["pages"]) == write_archive([])


def test_everything_that_is_wrong_with_media_is_said_at_once() -> None:
    digest = "0" * 64
    about = "id: {id}\nname: {{en: A picture}}\ncontentType: {type}\nsize: {size}\nsha256: '{sha256}'\n"

    def text(id_: str, type_: str = "image/png", size: int = len(PNG), sha256: str = digest) -> str:
        return about.format(id=id_, type=type_, size=size, sha256=sha256)

    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        files: dict[str, bytes | str] = {
            "media/gone.yaml": text("gone"),
            "media/other.yaml": text("other"), "media/other.png": PNG,
            "media/short.yaml": text("short", size=9), "media/short.png": PNG,
            "media/script.yaml": text("script", "image/svg+xml"),
            "media/gif.yaml": text("gif", "image/gif"), "media/gif.gif": PNG,
            "media/huge.yaml": text("huge", size=FORMATS["image/png"].max_bytes + 1),
            "media/shapeless.yaml": "id: shapeless\ncolour: red\nname: {en: A}\ncontentType: [x]\nsha256: x\n",
            "media/alone.png": PNG,
        }  # fmt: skip
        for name, content in files.items():
            archive.writestr(name, content)
    found = said(World(), made.getvalue(), publish=True)
    assert found == {
        ("MEDIA-009", "media/gone.yaml", "", 1),
        ("MEDIA-006", "media/other.yaml", "/sha256", 5),
        ("MEDIA-006", "media/short.yaml", "/size", 4),
        ("MEDIA-006", "media/script.yaml", "/contentType", 3),
        ("MEDIA-006", "media/gif.yaml", "/contentType", 3),
        ("MEDIA-006", "media/gif.yaml", "/sha256", 5),
        ("MEDIA-006", "media/huge.yaml", "/size", 4),
        ("MEDIA-009", "media/huge.yaml", "", 1),
        ("MEDIA-002", "media/shapeless.yaml", "/colour", 2),
        ("MEDIA-002", "media/shapeless.yaml", "/contentType", 4),
        ("MEDIA-002", "media/shapeless.yaml", "/size", 1),
        ("MEDIA-002", "media/shapeless.yaml", "/sha256", 5),
        ("unreadable", "media/alone.png", None, None),
    }


@pytest.mark.parametrize(("name", "content"), [("card-front", OTHER), ("The front", PNG)])
def test_media_never_change(name: str, content: bytes) -> None:
    world = World()
    publish(world, write_archive([], [("card-front", PNG)]))
    body = {"en": name}
    made = BytesIO()
    with Archive(made) as archive:
        archive.add_medium("card-front", body, "image/png", content)
    found = job(world, begin(world, made.getvalue()))
    assert (found["status"], found["results"][0]["findings"][0]["code"]) == ("refused", "medium_exists")


def test_an_archive_that_is_sent_again_after_it_was_checked_stops_the_job() -> None:
    world = World()
    id_ = begin(world, write_archive([], [("card-front", PNG)]), publish=True)
    world.objects.stored[EXCHANGE.name, upload_key_of(id_, "archive")] = write_archive([], [("card-front", OTHER)])
    Editor(world, "tomek").does(routes.APPROVE_JOB, id=id_)
    run(world)
    found = job(world, id_)
    assert (found["status"], found["done"], found["errors"][0]["code"]) == ("stopped", 0, "conflict")
    assert not [key for key in world.objects.stored if key[0] == MEDIA.name]


def test_the_same_entry_in_two_files_is_told() -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in ("a/products/card.yaml", "products/card.yml"):
            archive.writestr(name, "id: card\n")
    assert ("unreadable", "products/card.yml", None, 1) in said(World(), made.getvalue())


def test_an_import_with_pictures_that_is_killed_goes_on() -> None:
    content = write_archive([(PRODUCT, product(content=SHOWN))], [("card-front", PNG), ("card-back", OTHER)])

    def act(world: World) -> None:
        begin(world, content)
        run(world)

    def end(world: World) -> Any:
        found = [(i["pk"], i["sk"], i.get("status")) for i in world.store.items(tables.CATALOGUE) if i["sk"][0] in "VE"]
        kept = sorted(body for (bucket, _), body in world.objects.stored.items() if bucket == MEDIA.name)
        return found, kept, sorted(name for name, _ in heard(world) if name != "CatalogueJobRequested")

    clean = World()
    act(clean)
    assert len(end(clean)[1]) == 2
    for step, world in kill_everywhere(World, act):
        jobs = [i["pk"].removeprefix("JOB#") for i in world.store.items(tables.CATALOGUE) if i["pk"].startswith("JOB#")]
        for id_ in jobs:
            world.objects.stored[EXCHANGE.name, upload_key_of(id_, "archive")] = content
            deliver(world, arrived(upload_key_of(id_, "archive"), content))
        run(world)
        assert not jobs or end(world) == end(clean), step


def test_what_a_file_would_not_hold_is_refused_when_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    begin(world, write_archive([], [("card-front", PNG)]))
    run(world)
    approved(world, product(content=SHOWN))
    for place in ("functions.catalogue.jobs.media.LIMITS", "catalogue.exchange.archive.LIMITS"):
        with monkeypatch.context() as small:
            small.setattr(place, Limits(files=9, unpacked=10, each=10))
            made = Editor(world, "maria").does(routes.NEW_EXPORT, body={"drafts": True})
            run(world)
            found = job(world, made["id"])
            assert (found["status"], found["errors"][0]["code"]) == ("stopped", "too_large")
