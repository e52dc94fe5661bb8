"""Sells one cash loan over HTTP, as a channel would: offer, application over a case link, checks, contract, signature.

Start the platform (`make up`), then: `.venv/bin/python examples/sell_a_loan.py [http://127.0.0.1:8080]`
"""

import sys
import time
import uuid
from pathlib import Path
from typing import Any

import httpx

BPMN = Path(__file__).parent.parent / "catalogue" / "products" / "cash-loan" / "cash-loan.bpmn"


def log_in(base: str, user: str) -> httpx.Client:
    """A client with the token of a demo user. On AWS the token comes from the tenant's user pool."""
    token = httpx.post(f"{base}/_local/token", json={"user": user}).raise_for_status().json()["token"]
    return httpx.Client(base_url=base, headers={"Authorization": f"Bearer {token}"}, timeout=30)


def ask(client: httpx.Client, method: str, path: str, **request: Any) -> Any:
    """The answer's JSON; stops with the problem's words if there is one."""
    answer = client.request(method, path, **request)
    if answer.is_error:
        sys.exit(f"{method} {path}: {answer.status_code} {answer.text}")
    return answer.json()


def wait_until_filled(client: httpx.Client) -> None:
    """A platform that has just been started for the first time is filled with the products for some 20 seconds."""
    for _ in range(600):
        if client.get("/processes/cash-loan").is_success:
            return
        time.sleep(0.1)
    sys.exit("The product cash-loan is not on this platform. Start it with the demo: make up.")


def wait_for(client: httpx.Client, instance: str, element: str) -> dict[str, Any]:
    """The instance, once it waits at an element."""
    for _ in range(100):
        found = ask(client, "GET", f"/instances/{instance}")
        if any(waiting["elementId"] == element for waiting in found["waiting"]):
            return dict(found)
        if found["status"] in ("failed", "cancelled", "incident", "completed"):
            sys.exit(f"The instance is {found['status']}: {found['incidents']}")
        time.sleep(0.1)
    sys.exit(f"The instance did not reach {element}.")


def sell(base: str) -> None:
    """The whole sale."""
    designer, channel, clerk = log_in(base, "demo"), log_in(base, "demo"), log_in(base, "piotr")

    wait_until_filled(designer)

    # 1. The designer publishes the process: the BPMN as Camunda Modeler saved it.
    deployed = ask(
        designer, "POST", "/processes", content=BPMN.read_bytes(), headers={"Content-Type": "application/xml"}
    )
    process = deployed["processes"][0]
    print(f"{process['id']} version {process['version']} is deployed")

    # 2. The channel shows what this customer may buy.
    offers = ask(
        channel, "GET", "/market/offers", params={"channel": "web", "language": "pl", "customer": '{"age": 34}'}
    )
    loan = next(offer for offer in offers["items"] if offer["id"] == "cash-loan")
    print(f"Offered: {loan['name']}, {loan['prices'][0]['name']} {loan['prices'][0]['value']} %")

    # 3. The customer wants it: a sale starts, with a business key of the channel's own.
    order = f"ORDER-{uuid.uuid4().hex[:8]}"
    instance = ask(
        channel,
        "POST",
        f"/processes/{loan['processId']}/instances",
        json={"businessKey": order, "variables": {"channel": "web"}},
        headers={"Idempotency-Key": order},
    )["id"]

    # 4. The applicant has no account: a case link lets them fill in the form.
    wait_for(channel, instance, "FillInApplication")
    link = ask(channel, "POST", "/caselinks", json={"instanceId": instance, "expiresIn": "P1D"})
    applicant = httpx.Client(base_url=base, headers={"Authorization": f"Bearer {link['token']}"})
    task = ask(applicant, "GET", "/tasks")["items"][0]
    refused = applicant.post(f"/tasks/{task['id']}/complete", json={"variables": {"firstName": "Józef"}})
    print("Half a form is refused:", [error["field"] for error in refused.json()["errors"]])
    ask(applicant, "POST", f"/tasks/{task['id']}/complete", json={"variables": APPLICATION})

    # 5. The back office checks, while the credit bureau is asked at the same time.
    wait_for(channel, instance, "CheckApplication")
    check = ask(clerk, "GET", "/tasks", params={"instanceId": instance, "group": "back-office"})["items"][0]
    ask(clerk, "POST", f"/tasks/{check['id']}/claim")
    ask(clerk, "POST", f"/tasks/{check['id']}/complete", json={"variables": {"approved": True}})

    # 6. The contract is a PDF behind a presigned link.
    document = wait_for(channel, instance, "ContractSigned")["variables"]["contract"]
    contract = ask(channel, "GET", f"/documents/{document}")
    print(f"Contract: {contract['name']}, {contract['size']} bytes")
    print(f"Downloaded {len(httpx.get(contract['url']).raise_for_status().content)} bytes from the presigned link")

    # 7. The signature arrives as a message; twice, and still counts once.
    signature = {"name": "contract-signed", "correlationKey": order, "messageId": f"signature-{order}"}
    for _ in range(2):
        print("Signature:", ask(channel, "POST", "/messages", json=signature)["result"])

    # 8. Paid out. The history holds every element that was passed.
    for _ in range(100):
        done = ask(channel, "GET", f"/instances/{instance}")
        if done["status"] != "active":
            break
        time.sleep(0.1)
    history = ask(channel, "GET", f"/instances/{instance}/history")
    print(f"{done['status']}, loan {done['variables'].get('loanNumber')}:")
    print("  " + " > ".join(item["elementId"] for item in history["items"]))


APPLICATION = {
    "firstName": "Józef",
    "lastName": "Żółciński",
    "email": "jozef@example.com",
    "age": 34,
    "monthlyIncome": 8200,
    "amount": 20000,
    "termMonths": 36,
    "purpose": "home",
}

if __name__ == "__main__":
    sell(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080")
