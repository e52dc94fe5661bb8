"""Answers that caches may keep: shared ones for a short while, those about a customer not without asking again."""

import hashlib
from datetime import timedelta
from typing import Final

from pydantic import BaseModel

from functions.runtime.calls import Answer, Call

SHARED_FOR: Final = timedelta(seconds=30)
"""How old an answer from a shared cache may be: so late a release, or the end of a promotion, is seen there."""


def answered(call: Call, shape: BaseModel, *, customer: str) -> Answer:
    """The answer with its ETag; 304 without a body if the caller has it already.

    The ETag is of the answer itself: time and the stock of promotions change answers between releases.
    """
    body = shape.model_dump_json(by_alias=True).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    kept = "private, no-cache" if customer else f"public, max-age={int(SHARED_FOR.total_seconds())}"
    headers = {"ETag": etag, "Cache-Control": kept}
    if _has(call.headers.get("if-none-match", ""), etag):
        return Answer("", content_type="", status=304, headers=headers)
    return Answer(body.decode(), headers=headers)


def _has(wanted: str, etag: str) -> bool:
    """RFC 9110, 13.1.2: compared weakly, any of a list."""
    return wanted.strip() == "*" or etag in (one.strip().removeprefix("W/") for one in wanted.split(","))
