"""Writes the generated parts of docs/: the API's description, FEEL, DMN. Tests compare them with what the code says."""

import json
from pathlib import Path

from functions.portal.openapi import describe
from local.language_docs import dmn_text, feel_text

ROOT = Path(__file__).resolve().parent.parent
OPENAPI = ROOT / "docs" / "openapi.json"


def openapi_text() -> str:
    """The OpenAPI document as it is committed; its version is that of the code, so it is left out."""
    return json.dumps(describe("committed"), indent=2, ensure_ascii=False) + "\n"


GENERATED = {
    OPENAPI: openapi_text,
    ROOT / "docs" / "feel.md": feel_text,
    ROOT / "docs" / "dmn.md": dmn_text,
}


if __name__ == "__main__":
    for path, text in GENERATED.items():
        path.write_text(text())
        print(f"Wrote {path.relative_to(ROOT)}")
