"""Customers' profiles (personal data): kept, read, erased; and what is known of the customer whom a request names.

The request's own features win over the profile's. What neither knows, and a segment reads, is asked of the connection
`customers` if the tenant declares one; what it does not answer in time is null.
"""

import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from contract import errors, tables
from contract.shapes.common import Finding
from contract.shapes.market import Customer, SaveCustomer
from functions.market.quoting.erasing import erase_from_quotes
from functions.runtime.calls import Call
from functions.runtime.observability import logger
from functions.runtime.ports import Connection, Ports, WebRefusedError, WebUnavailableError
from functions.runtime.problems import ProblemError, not_found
from functions.runtime.records import ABSENT, NO_SORT, PRESENT, Condition, ConditionFailedError, Delete, Item, Put

CONNECTION: Final = "customers"
PATIENCE: Final = timedelta(seconds=1)
MAX_BYTES: Final = 50_000


def save(ports: Ports, call: Call) -> Customer:
    """PUT /market/customers/{id}: the key stays as it was."""
    given: SaveCustomer = call.body
    id_, features = call.path["id"], json.dumps(given.features, ensure_ascii=False)
    if len(features.encode()) > MAX_BYTES:
        raise ProblemError(errors.TOO_LARGE, f"A customer's features are at most {MAX_BYTES} bytes.")
    before = ports.store.get(tables.CUSTOMERS, id_)
    item = {"pk": id_, "sk": NO_SORT, "key": before["key"] if before else ports.ids.new()}
    item |= {"features": features, "updatedAt": ports.clock.now().isoformat()}
    answer = _shape(item)
    unchanged = Condition(equals={"key": item["key"]}) if before else ABSENT
    try:
        ports.store.write(Put(tables.CUSTOMERS, item, when=unchanged))
    except ConditionFailedError as error:
        raise ProblemError(errors.CONFLICT, "Somebody else saves or erases this customer; try again.") from error
    return answer


def read(ports: Ports, call: Call) -> Customer:
    """GET /market/customers/{id}."""
    return _shape(_find(ports, call.path["id"]))


def erase(ports: Ports, call: Call) -> None:
    """DELETE /market/customers/{id}: the profile first, so that no new quote names the customer; then the quotes."""
    known = True
    try:
        ports.store.write(Delete(tables.CUSTOMERS, call.path["id"], NO_SORT, when=PRESENT))
    except ConditionFailedError:
        known = False
    if not erase_from_quotes(ports, call.path["id"]) and not known:
        raise not_found("customer", call.path["id"])


def _find(ports: Ports, id_: str) -> Item:
    item = ports.store.get(tables.CUSTOMERS, id_)
    if item is None:
        raise not_found("customer", id_)
    return item


def _shape(item: Item) -> Customer:
    updated = datetime.fromisoformat(item["updatedAt"])
    return Customer(id=item["pk"], key=item["key"], features=json.loads(item["features"]), updated_at=updated)


def known(ports: Ports, given: Mapping[str, Any], wanted: Iterable[str], *, trusted: bool) -> dict[str, Any]:
    """The features of the customer whom a request names. `wanted`: what segments read of customers.

    `trusted`: whoever asks may read any profile; everybody else names its key, or the id is a feature as others are.
    Raises `ProblemError`.
    """
    key, id_ = given.get("key"), given.get("id")
    given = {name: value for name, value in given.items() if name != "key"}
    if not (isinstance(id_, str) and id_) or (key is None and not trusted):
        return given
    item = ports.store.get(tables.CUSTOMERS, id_)
    if item is None or not (trusted or hmac.compare_digest(str(key).encode(), item["key"].encode())):
        raise ProblemError(errors.NOT_FOUND, "There is no customer with this id and key.")
    features = {**json.loads(item["features"]), **given}
    missing = [name for name in wanted if name not in features]
    connection = next((c for c in ports.settings.connections if c.name == CONNECTION), None)
    if not missing or connection is None:
        return features
    return {**_asked(ports, connection, id_, missing), **features}


def parse(text: str) -> dict[str, Any]:
    """A customer as requests write it. Raises `ProblemError` for what is no JSON object."""
    try:
        customer: Any = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        customer = None
    if not isinstance(customer, dict):
        finding = Finding(code="json_object", message="A JSON object is expected.", field="/customer")
        raise ProblemError(errors.VALIDATION_FAILED, "The customer is not a JSON object.", (finding,))
    return customer


def _asked(ports: Ports, connection: Connection, id_: str, names: list[str]) -> Mapping[str, Any]:
    """`GET <connection>/<id>?features=a,b` answers a JSON object; of that the features that were asked for."""
    url = f"{connection.target.rstrip('/')}/{quote(id_, safe='')}?{urlencode({'features': ','.join(names)})}"
    try:
        answer = ports.web.send("GET", url, {"Accept": "application/json"}, None, PATIENCE)
        found: Any = json.loads(answer.body) if answer.status == 200 else {}
    except (WebUnavailableError, WebRefusedError, ValueError) as error:
        logger.warning("the customers' system did not answer", reason=str(error))
        found = {}
    return {name: found.get(name) for name in names} if isinstance(found, dict) else dict.fromkeys(names)
