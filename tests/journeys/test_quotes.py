"""A quote over HTTP: made by a channel, discounted, approved by a supervisor, accepted by the customer over a link."""

import httpx

from tests.journeys.bundles import publish
from tests.platform import RunningPlatform

LINE = {"productId": "cash-loan", "discounts": [{"reason": "A loyal customer", "percent": 50, "price": "nominal-rate"}]}
QUOTES = "/market/quotes"


def test_a_quote_from_the_channel_to_the_sale(platform: RunningPlatform) -> None:
    channel = platform.client("demo")
    publish(platform.client(), "cash-loan")
    wanted = {"channel": "web", "language": "pl", "customer": {"age": 34}, "lines": [LINE]}
    made = channel.post(QUOTES, json=wanted)
    assert made.status_code == 201, made.text
    quote = made.json()
    path = f"{QUOTES}/{quote['id']}"
    rates = {price["id"]: price for price in quote["lines"][0]["prices"]}
    assert (rates["nominal-rate"]["value"], rates["nominal-rate"]["base"]) == ("4.95", "9.9")
    assert quote["state"] == "awaitingApproval"

    decision = {"version": 1, "reason": "Agreed."}
    assert platform.client("piotr").post(f"{path}/approve", json=decision).status_code == 403
    assert platform.anybody.get(path).status_code == 401
    assert platform.client("anna").post(f"{path}/approve", json=decision).json()["decidedBy"] == "anna"

    link = channel.post(f"{path}/link", json={}).json()
    customer = httpx.Client(base_url=platform.origin, headers={"Authorization": f"Bearer {link['token']}"}, timeout=60)
    with customer:
        assert customer.get(path).json()["state"] == "approved"
        assert customer.get(f"{QUOTES}/other").status_code == 404
        assert customer.get("/tasks").status_code == 403, "a quote's link opens no case"
        accepted = [customer.post(f"{path}/accept", json={"version": 1}).json() for _ in range(2)]
    platform.idle()
    assert accepted[0] == accepted[1]
    instance = channel.get(f"/instances/{accepted[0]['instanceId']}").json()
    assert (instance["processId"], instance["businessKey"]) == ("cash-loan", quote["id"])
    assert instance["variables"]["quote"]["lines"][0]["productId"] == "cash-loan"
