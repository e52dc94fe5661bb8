"""Products that are deployed with their bundle: the next version of their entry, published at once, in the deployment's
own transaction."""

import json

from catalogue.kinds import PRODUCT
from catalogue.kinds.parts import body_of
from catalogue.kinds.product import Product
from functions.catalogue.changing import Deed, find_entry
from functions.catalogue.drafting import new_draft
from functions.catalogue.releasing import Going, collect_release, read_revision
from functions.runtime.ports import Ports
from functions.runtime.unit import Unit


def collect_deployed(ports: Ports, unit: Unit, product: Product, by: str) -> None:
    """Collect the release of a product that has been checked. An open draft of it stays as it is."""
    revision = read_revision(ports)
    deed = Deed("deploy", by or "deployment", ports.clock.now())
    entry = find_entry(ports, PRODUCT, product.id)
    body = json.dumps(body_of(product), ensure_ascii=False, sort_keys=True)
    version = {**new_draft(PRODUCT, product.id, entry, deed), "body": body}
    collect_release(ports, unit, revision, [Going(PRODUCT, product.id, entry, (version, product))], deed)
