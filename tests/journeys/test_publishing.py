"""Many versions of one process at once: each is published, one after the other."""

from concurrent.futures import ThreadPoolExecutor

from tests.journeys.processes import line, process
from tests.platform import RunningPlatform

AT_ONCE = 8


def test_versions_that_are_published_at_once_all_come_into_being(platform: RunningPlatform) -> None:
    client = platform.client()

    def publish(number: int) -> tuple[int, int]:
        source = process("at-once", line("startEvent#Start", f"userTask#Look{number}", "endEvent#Done"))
        answer = client.post("/processes", content=source, headers={"Content-Type": "application/xml"})
        return answer.status_code, answer.json()["processes"][0]["version"]

    with ThreadPoolExecutor(AT_ONCE) as threads:
        found = list(threads.map(publish, range(AT_ONCE)))
    assert sorted(found) == [(201, version) for version in range(1, AT_ONCE + 1)]
