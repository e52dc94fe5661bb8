"""Which addresses a process may call: those under a connection that the tenant declared, and no others."""

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from functions.runtime.machine_calls import ConnectorRejected
from functions.runtime.ports import Connection


def resolve(url: str, connections: Iterable[Connection]) -> str:
    """The real address of a modelled URL. Raises `ConnectorRejected` if no declared connection covers it.

    >>> resolve("https://bureau.example/v1/scores?x=1", [Connection("b", "https://bureau.example/v1", "http://b/api")])
    'http://b/api/scores?x=1'
    """
    parts = urlsplit(url)
    if parts.username or parts.password or ".." in unquote(unquote(parts.path)).replace("\\", "/").split("/"):
        raise ConnectorRejected(f"{url!r}: credentials and '..' are not allowed in an address")
    for connection in connections:
        base = urlsplit(connection.url.rstrip("/"))
        same_host = (parts.scheme, parts.netloc) == (base.scheme, base.netloc)
        if same_host and (parts.path == base.path or parts.path.startswith(base.path + "/")):
            rest = parts.path[len(base.path) :]
            return connection.target.rstrip("/") + rest + (f"?{parts.query}" if parts.query else "")
    raise ConnectorRejected(f"{url!r} is not under a connection that the tenant declares")
