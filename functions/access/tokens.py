"""The token of a case link: `link.<payload>.<authentication code>`, both base64url without padding.

The payload is JSON `{"l": link id, "i": instance id, "t": task id or "", "e": epoch seconds of expiry}`; that
of a quote's link has `"q": quote id` beside an empty instance.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from functions.runtime.calls import LinkGrant
from functions.runtime.ports import Signer

PREFIX: Final = "link."
MAX_LENGTH: Final = 2_000


@dataclass(frozen=True)
class LinkToken:
    """What a token says once its code was found to be ours."""

    grant: LinkGrant
    expires: int


def seal(signer: Signer, grant: LinkGrant, expires: datetime) -> str:
    """The token."""
    said = {"l": grant.link_id, "i": grant.instance_id, "t": grant.task_id, "e": int(expires.timestamp())}
    if grant.quote_id:
        said["q"] = grant.quote_id
    payload = json.dumps(said, separators=(",", ":")).encode()
    return f"{PREFIX}{_encode(payload)}.{_encode(signer.sign(payload))}"


def unseal(signer: Signer, token: str) -> LinkToken | None:
    """What the token says; None for whatever we did not seal. The key's holder compares, in constant time."""
    if not token.startswith(PREFIX) or len(token) > MAX_LENGTH:
        return None
    try:
        payload, code = (_decode(part) for part in token.removeprefix(PREFIX).split("."))
    except (ValueError, binascii.Error):
        return None
    if len(code) != 32 or not signer.verify(payload, code):
        return None
    said = json.loads(payload)
    return LinkToken(LinkGrant(said["l"], said["i"], said["t"], said.get("q", "")), said["e"])


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    decoded = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _encode(decoded) != text:
        raise ValueError("not the one encoding of these bytes")
    return decoded
