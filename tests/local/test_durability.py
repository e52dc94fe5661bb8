"""The state on disk: everything goes on after a restart, and after a kill at any moment."""

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from local.platform import Platform
from local.state.store import FILE, UnreadableStateError
from tests.local import sample


def fill(client: httpx.Client) -> tuple[str, str]:
    """An execution that waits, and a link to an object."""
    client.post("/notes", json={"text": "kept"})
    arn = client.post("/starts/waiting").json()["arn"]
    links = client.post("/links").json()
    httpx.put(links["put"], content=b"object", headers={"content-type": "text/x"})
    assert client.post("/_local/idle").status_code == 200
    return arn, links["get"]


def check(platform: Platform, client: httpx.Client, arn: str) -> None:
    """Token, object, wait, timer and execution are as they were."""
    assert platform.restored
    assert httpx.get(client.post("/links").json()["get"]).content == b"object"
    assert platform.step_functions.simulator.describe(arn).status == "RUNNING"
    assert client.post("/answers", json={"text": "waiting"}).status_code == 200
    client.post("/_local/idle")
    assert platform.step_functions.simulator.describe(arn).output == {"answered": "waiting"}
    late = client.post("/starts/after").json()["arn"]
    client.post("/_local/clock/advance", json={"duration": "PT60S"})
    assert platform.step_functions.simulator.describe(late).output == {"late": True}


def test_a_second_start_goes_on_where_the_first_ended(tmp_path: Path) -> None:
    with sample.running(tmp_path) as (platform, client):
        arn, _ = fill(client)
        mac = platform.clients("kms").generate_mac(
            KeyId="alias/dpc-sample-case-links", Message=b"m", MacAlgorithm="HMAC_SHA_256"
        )["Mac"]
        ended = platform.now()
    with sample.running(tmp_path) as (platform, client):
        assert platform.now() == ended
        again = platform.clients("kms").generate_mac(
            KeyId="alias/dpc-sample-case-links", Message=b"m", MacAlgorithm="HMAC_SHA_256"
        )
        assert again["Mac"] == mac
        client.post("/_local/idle")
        assert sample.SEEN == []
        check(platform, client, arn)


def test_what_was_answered_is_on_disk(tmp_path: Path) -> None:
    with sample.running(tmp_path / "a") as (_, client):
        arn, _ = fill(client)
        shutil.copytree(tmp_path / "a", tmp_path / "b")
    with sample.running(tmp_path / "b") as (platform, client):
        check(platform, client, arn)


def test_what_was_not_handled_yet_is_handled_after_the_restart(tmp_path: Path) -> None:
    with sample.running(tmp_path) as (_, client):
        sample.FAIL.add("queue")
        client.post("/notes", json={"text": "later"})
        client.post("/_local/idle")
    with sample.running(tmp_path) as (_, client):
        client.post("/_local/idle")
        assert sample.SEEN == [("queue", "ElementPassed")]


def test_two_platforms_do_not_share_a_directory(tmp_path: Path) -> None:
    with (
        sample.running(tmp_path),
        pytest.raises(UnreadableStateError, match="in use"),
        sample.running(tmp_path),
    ):
        pass


def test_the_real_clock_goes_on_from_where_a_virtual_one_was(tmp_path: Path) -> None:
    with sample.running(tmp_path) as (platform, client):
        late = client.post("/starts/late").json()["arn"]
        client.post("/_local/clock/advance", json={"duration": "P3D"})
        timer = client.post("/starts/later").json()["arn"]
        ended = platform.now()
    with sample.running(tmp_path, virtual=False) as (platform, client):
        assert client.post("/_local/clock/advance", json={"duration": "PT1S"}).status_code == 409
        assert ended <= platform.now() < ended + timedelta(minutes=1)
        simulator = platform.step_functions.simulator
        assert (simulator.describe(late).status, simulator.describe(timer).status) == ("SUCCEEDED", "RUNNING")


def test_a_broken_file_is_named_and_not_overwritten(tmp_path: Path) -> None:
    content = b"not a database, but long enough to be looked at" * 100
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(UnreadableStateError, match=FILE), sample.running(tmp_path):
        pass
    assert (tmp_path / FILE).read_bytes() == content


def test_the_state_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state.json.gz").write_bytes(b"of an earlier version")
    with pytest.raises(UnreadableStateError, match="another version"), sample.running(tmp_path):
        pass
    (tmp_path / "state.json.gz").unlink()
    with sqlite3.connect(tmp_path / FILE) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(UnreadableStateError, match="another version"), sample.running(tmp_path):
        pass
