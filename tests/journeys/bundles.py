"""The demo's bundles, as a channel or the seed would publish them: one multipart request a product."""

from pathlib import Path
from typing import Any

import httpx

PRODUCTS = Path(__file__).parents[2] / "catalogue" / "products"
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


def publish(client: httpx.Client, product: str) -> dict[str, Any]:
    """Publish a product's folder; answers the deployment."""
    folder = PRODUCTS / product
    files = [("files", (str(p.relative_to(folder)), p.read_bytes())) for p in sorted(folder.rglob("*")) if p.is_file()]
    answer = client.post("/processes", files=files)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())
