"""Writes the generated parts of docs/: the API's description. A test compares them with what the code says."""

import json
from pathlib import Path

from functions.portal.openapi import describe

ROOT = Path(__file__).resolve().parent.parent
OPENAPI = ROOT / "docs" / "openapi.json"


def openapi_text() -> str:
    """The OpenAPI document as it is committed; its version is that of the code, so it is left out."""
    return json.dumps(describe("committed"), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    OPENAPI.write_text(openapi_text())
    print(f"Wrote {OPENAPI.relative_to(ROOT)}")
