"""Timers that start processes over HTTP: as time passes, and after a restart."""

from pathlib import Path

from tests.journeys.processes import every
from tests.platform import RunningPlatform, running_platform

ACCOUNT = "777788889999"


def publish(platform: RunningPlatform, source: bytes) -> None:
    answer = platform.client().post("/processes", content=source, headers={"Content-Type": "application/xml"})
    assert answer.status_code == 201, answer.text
    platform.idle()


def versions(platform: RunningPlatform, process_id: str = "reminders") -> list[int]:
    """The versions of the instances that run."""
    found = platform.client().get("/instances", params={"processId": process_id}).raise_for_status().json()["items"]
    return sorted(item["version"] for item in found if item["status"] == "active")


def test_a_cycle_starts_instances_as_time_passes_and_over_a_new_version(platform: RunningPlatform) -> None:
    publish(platform, every("R3/P1D"))
    platform.advance("PT23H")
    assert versions(platform) == []
    platform.advance("PT2H")
    assert versions(platform) == [1]
    publish(platform, every("R3/P1D", note="Again"))
    platform.advance("P30D")
    assert versions(platform) == [1, 2, 2]
    (first, *_) = platform.client().get("/instances", params={"processId": "reminders"}).json()["items"]
    history = platform.client().get(f"/instances/{first['id']}/history").raise_for_status().json()["items"]
    assert [(item["elementId"], item["state"]) for item in history] == [("Daily", "completed"), ("Remind", "active")]


def test_timers_outlast_a_restart(tmp_path: Path) -> None:
    with running_platform(tmp_path, account=ACCOUNT) as before:
        publish(before, every("R/P1D", "nightly"))
    with running_platform(tmp_path, account=ACCOUNT) as after:
        after.advance("P2D")
        assert versions(after, "nightly") == [1, 1]
