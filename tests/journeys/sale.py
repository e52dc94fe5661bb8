"""One sale of a cash loan, step by step over HTTP, so that journeys can stop, break or repeat it anywhere."""

from typing import Any

import httpx

from tests.journeys.bundles import APPLICATION
from tests.platform import RunningPlatform


class Sale:
    """A started sale. Every step leaves the platform idle."""

    def __init__(self, platform: RunningPlatform, key: str) -> None:
        self.platform, self.key = platform, key
        self.channel, self.clerk = platform.client(), platform.client("piotr")
        started = self.channel.post(
            "/processes/cash-loan/instances",
            json={"businessKey": key, "variables": {"channel": "web"}},
            headers={"Idempotency-Key": f"start-{key}"},
        )
        assert started.status_code == 201, started.text
        self.id: str = started.json()["id"]
        platform.idle()

    def get(self) -> dict[str, Any]:
        return dict(self.channel.get(f"/instances/{self.id}").raise_for_status().json())

    def waiting(self) -> list[str]:
        return sorted(waiting["elementId"] for waiting in self.get()["waiting"])

    def history(self) -> dict[str, Any]:
        return dict(self.channel.get(f"/instances/{self.id}/history").raise_for_status().json())

    def path(self) -> list[str]:
        return [item["elementId"] for item in self.history()["items"]]

    def applicant(self) -> httpx.Client:
        link = self.channel.post("/caselinks", json={"instanceId": self.id, "expiresIn": "P1D"})
        assert link.status_code == 201, link.text
        headers = {"Authorization": f"Bearer {link.json()['token']}"}
        return httpx.Client(base_url=self.platform.origin, headers=headers, timeout=60)

    def task(self, client: httpx.Client, element: str) -> dict[str, Any]:
        found = client.get("/tasks", params={"instanceId": self.id}).raise_for_status().json()["items"]
        return dict(next(task for task in found if task["elementId"] == element))

    def apply(self, **changes: Any) -> "Sale":
        with self.applicant() as applicant:
            task = self.task(applicant, "FillInApplication")
            done = applicant.post(f"/tasks/{task['id']}/complete", json={"variables": {**APPLICATION, **changes}})
            assert done.status_code == 200, done.text
        self.platform.idle()
        return self

    def check(self, *, approved: bool = True, element: str = "CheckApplication", user: str = "piotr") -> "Sale":
        client = self.platform.client(user)
        task = self.task(client, element)
        assert client.post(f"/tasks/{task['id']}/claim").status_code == 200
        done = client.post(f"/tasks/{task['id']}/complete", json={"variables": {"approved": approved}})
        assert done.status_code == 200, done.text
        self.platform.idle()
        return self

    def sign(self, message_id: str = "") -> dict[str, Any]:
        message = {"name": "contract-signed", "correlationKey": self.key, "messageId": message_id or f"sign-{self.key}"}
        sent = self.channel.post("/messages", json=message)
        assert sent.status_code == 202, sent.text
        self.platform.idle()
        return dict(sent.json())
