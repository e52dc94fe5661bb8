"""The design side: how long an import of 1,000 products takes, what it writes, and how long publishing one takes."""

import time
from statistics import quantiles
from typing import Any

from benchmarks.figures import Goal, Table
from catalogue.kinds import PRODUCT
from tests.catalogue.archives import write_archive
from tests.platform import RunningPlatform, running_platform

PRODUCTS = 1_000
PUBLISHED = 40
IMPORT_GOAL_S = 60
PUBLISH_GOAL_MS = 1_000
_ACCOUNT = "444455556666"
_WRITES = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")


def product(id_: str, price: str = "9.99") -> dict[str, Any]:
    """A product as shops have them: two languages, features, prices, channels."""
    features = [
        {"id": f"feature-{at}", "kind": "number", "value": at, "name": {"en": f"Feature {at}", "pl": f"Cecha {at}"}}
        for at in range(10)
    ]
    fee = {"id": "fee", "name": {"en": "Fee", "pl": "Opłata"}, "type": "recurring", "currency": "PLN", "period": "P1M"}
    return {
        "id": id_,
        "name": {"en": f"Product {id_}", "pl": f"Produkt {id_}"},
        "category": "things",
        "languages": ["en", "pl"],
        "content": {"summary": {"en": "A thing to buy.", "pl": "Rzecz do kupienia."}},
        "features": features,
        "prices": [{**fee, "value": price}],
        "channels": {"web": {}, "mobile": {}},
    }


def measure_catalogue() -> Table:
    """A row for drafts, one for an import that publishes, one for publishing a single product."""
    with running_platform(account=_ACCOUNT) as platform:
        rows = [_imported(platform, publish) for publish in (False, True)]
        times = sorted(_published(platform, f"single-{at}") for at in range(PUBLISHED))
    figures = {"products": 1, "seconds": 0.0, "writes per product": 0.0, "p50 ms": times[PUBLISHED // 2]}
    rows.append({"what": "publish one", **figures, "p95 ms": quantiles(times, n=20)[-1]})
    goals = (
        Goal(f"an import within {IMPORT_GOAL_S} s", lambda row: float(row["seconds"]) <= IMPORT_GOAL_S),
        Goal(f"publishing within {PUBLISH_GOAL_MS} ms", lambda row: float(row["p95 ms"]) <= PUBLISH_GOAL_MS),
    )
    return Table("The catalogue's design side, on the local platform", rows, goals)


def _imported(platform: RunningPlatform, publish: bool) -> dict[str, Any]:
    prefix = "live" if publish else "draft"
    content = write_archive((PRODUCT, product(id_)) for id_ in (f"{prefix}-{at:04}" for at in range(PRODUCTS)))
    before, started = _written(platform), time.perf_counter()
    job = _asked(platform, "maria", "/catalogue/import", {"publish": publish})
    upload = job["upload"]
    sent = platform.anybody.request(upload["method"], upload["url"], headers=upload["headers"], content=content)
    sent.raise_for_status()
    if publish:
        _ended(platform, job["id"], "waiting")
        _asked(platform, "tomek", f"/catalogue/jobs/{job['id']}/approve", {})
    found = _ended(platform, job["id"], "waiting", "running")
    seconds = time.perf_counter() - started
    if (found["status"], found["done"]) != ("done", PRODUCTS):
        raise RuntimeError(f"the import ended as {found['status']}: {found['errors']}")
    writes = (_written(platform) - before) / PRODUCTS
    name = "import and publish" if publish else "import drafts"
    shown = {"what": name, "products": PRODUCTS, "seconds": seconds, "writes per product": writes}
    return {**shown, "p50 ms": 0.0, "p95 ms": 0.0}


def _ended(platform: RunningPlatform, id_: str, *going_on: str) -> dict[str, Any]:
    """The job, when it is in none of these states any more. Slow machines are asked more than once."""
    for _ in range(20):
        platform.anybody.post("/_local/idle")
        found = platform.client("maria").get(f"/catalogue/jobs/{id_}").raise_for_status().json()
        if found["status"] not in going_on:
            break
    return dict(found)


def _published(platform: RunningPlatform, id_: str) -> float:
    path = f"/catalogue/products/{id_}/versions/1"
    _asked(platform, "maria", "/catalogue/products", {"body": product(id_)})
    _asked(platform, "maria", f"{path}/submit", {})
    _asked(platform, "tomek", f"{path}/approve", {})
    started = time.perf_counter()
    _asked(platform, "tomek", f"{path}/publish", {})
    return (time.perf_counter() - started) * 1_000


def _asked(platform: RunningPlatform, user: str, path: str, body: Any) -> dict[str, Any]:
    answer = platform.client(user).post(path, json=body)
    return dict(answer.raise_for_status().json())


def _written(platform: RunningPlatform) -> int:
    """Items that the function has written so far."""
    counts = platform.platform.observations.counts
    return sum(number for use, number in counts.items() if use.function == "catalogue" and use.action in _WRITES)
