"""The demo that a first start is filled with, over the API alone: the products, and sales at all stages.

Each thing is made only if it is not there, so an interrupted or repeated seed does no harm.
"""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import urllib3

from local.seed_api import Api, SeedError
from local.seed_catalogue import publish_domain
from local.tenants import ROOT

PRODUCTS = ROOT / "catalogue" / "products"
DOMAINS = ROOT / "catalogue" / "domains"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Sale:
    """A sample instance: its key, process, start variables, and how each of its tasks is completed, in order."""

    key: str
    process: str
    variables: Mapping[str, Any]
    tasks: tuple[Mapping[str, Any], ...] = ()
    message: str = ""


def _applicant(first: str, last: str, age: int, income: int, amount: int, months: int) -> dict[str, Any]:
    return {
        "firstName": first,
        "lastName": last,
        "email": "customer@example.com",
        "age": age,
        "monthlyIncome": income,
        "amount": amount,
        "termMonths": months,
        "purpose": "home",
    }


_APPROVED = {"approved": True}
SALES = (
    Sale("DEMO-LOAN-1", "cash-loan", {"channel": "web"}),
    Sale("DEMO-LOAN-2", "cash-loan", {"channel": "web"}, (_applicant("Maria", "Nowak", 29, 6400, 12000, 24),)),
    Sale("DEMO-LOAN-3", "cash-loan", {"channel": "mobile"}, (_applicant("Jan", "Wójcik", 45, 9100, 25000, 36),)),
    Sale(
        "DEMO-LOAN-4", "cash-loan", {"channel": "web"},
        (_applicant("Zofia", "Kamińska", 38, 8200, 18000, 36), _APPROVED),
    ),
    Sale(
        "DEMO-LOAN-5", "cash-loan", {"channel": "desk"},
        (_applicant("Józef", "Żółciński", 52, 10400, 20000, 48), _APPROVED), message="contract-signed",
    ),
    Sale("DEMO-LOAN-6", "cash-loan", {"channel": "web"}, (_applicant("Adam", "Lis", 17, 900, 30000, 12),)),
    Sale(
        "DEMO-COMPLAINT-1", "complaint-handling",
        {"complaintId": "DEMO-COMPLAINT-1", "customerName": "Ewa Mazur", "subject": "Fee charged twice"},
    ),
    Sale("DEMO-CAR-1", "car-insurance", {"channel": "web"}),
)  # fmt: skip


def seed(origin: str, say: Say) -> None:
    """Publish the products and start the sales. What fails is said, and does not stop the rest."""
    api = Api(origin)
    began = time.monotonic()
    if not api.get(f"/instances?businessKey={SALES[-1].key}")["items"]:
        say("Filling it with the demo: some 20 s, in which its products come one by one ...")
    made = sum([_attempt(say, partial(_publish, api, folder)) for folder in _folders()])
    made += sum([_attempt(say, partial(_sell, api, sale)) for sale in SALES])
    made += sum([_attempt(say, partial(publish_domain, origin, folder)) for folder in sorted(DOMAINS.iterdir())])
    if made:
        say(f"Filled with the demo in {time.monotonic() - began:.1f} s.")


def _folders() -> Iterator[Path]:
    return (folder for folder in sorted(PRODUCTS.iterdir()) if any(folder.glob("*.bpmn")))


def _attempt(say: Say, make: Callable[[], bool]) -> bool:
    try:
        return make()
    except (SeedError, urllib3.exceptions.HTTPError) as error:
        say(f"Not seeded: {error}")
        return False


def _publish(api: Api, folder: Path) -> bool:
    """The folder as a zip into the bundle bucket, where it deploys by itself."""
    if api.get(f"/processes/{folder.name}", missing={}):
        return False
    upload = api.post("/uploads", {"filename": f"{folder.name}.zip"})
    api.send(upload["method"], upload["url"], _zip(folder), upload["headers"])
    status = api.until(f"/uploads/{upload['id']}", lambda found: found["status"] in ("deployed", "refused"))
    if status["status"] == "refused":
        words = "; ".join(f"{e['code']} {e['message']}" for e in status["errors"] if e["severity"] == "error")
        raise SeedError(f"{folder.name}: {words}")
    return True


def _zip(folder: Path) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            opened.write(file, file.relative_to(folder))
    return archive.getvalue()


def _sell(api: Api, sale: Sale) -> bool:
    if api.get(f"/instances?businessKey={sale.key}")["items"]:
        return False
    body = {"businessKey": sale.key, "variables": dict(sale.variables)}
    instance = api.post(f"/processes/{sale.process}/instances", body, key=sale.key)["id"]
    for values in sale.tasks:
        tasks = api.until(f"/tasks?instanceId={instance}", lambda found: bool(found["items"]))["items"]
        api.post(f"/tasks/{tasks[0]['id']}/complete", {"variables": dict(values)})
    if sale.message:
        # Kept until the instance waits for it.
        message = {"name": sale.message, "correlationKey": sale.key, "messageId": sale.key, "timeToLive": "P1D"}
        api.post("/messages", message)
    return True
