"""Access tokens: given, or fetched by OAuth's client credentials and kept until shortly before they end."""

import base64
import json
import threading
import time
import urllib.parse
from collections.abc import Callable

from dpc_worker.api import send

TokenSource = Callable[[bool], str]
"""Answers a token; a new one if the last was refused (True)."""
_EARLY_S = 60


def fixed(token: str) -> TokenSource:
    """A token that is given, as for a test."""
    return lambda refused: token


def client_credentials(token_url: str, client_id: str, client_secret: str, scope: str = "") -> TokenSource:
    """Tokens of the tenant's user pool (`https://<domain>/oauth2/token`) for one of its clients."""
    form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
    secret = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
    headers = {"Authorization": f"Basic {secret}", "Content-Type": "application/x-www-form-urlencoded"}
    lock, kept, until = threading.Lock(), "", 0.0

    def token(refused: bool) -> str:
        nonlocal kept, until
        with lock:
            if refused or time.monotonic() >= until:
                answer = json.loads(send(token_url, urllib.parse.urlencode(form).encode(), headers))
                kept = str(answer["access_token"])
                until = time.monotonic() + float(answer.get("expires_in", 3600)) - _EARLY_S
            return kept

    return token
