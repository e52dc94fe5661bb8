"""S3 over HTTP for presigned links: method, expiry and signature are checked as S3 does; moto serves the object.

And the CDN: what is below `media/` in the bucket of media, to everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from urllib.parse import parse_qsl, quote, urlencode
from xml.sax.saxutils import escape

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.compat import HTTPHeaders

from contract.buckets import MEDIA
from local.api.messages import HttpAnswer, HttpRequest
from local.cloud.clients import CREDENTIALS
from local.cloud.gateway import Gateway
from local.cloud.where import Where

_SIGNATURE = "X-Amz-Signature"
_DATE = "%Y%m%dT%H%M%SZ"


class _RefusedError(Exception):
    def __init__(self, code: str, message: str, status: int = 403) -> None:
        super().__init__(code)
        self.code, self.message, self.status = code, message, status


class Objects:
    """Answers requests below `/_aws/s3`: `/<bucket>/<key>?<what was signed>`."""

    def __init__(self, gateway: Gateway, where: Where) -> None:
        self._gateway, self._where = gateway, where

    def answer(self, request: HttpRequest, path: str) -> HttpAnswer:
        """The object, or S3's XML error."""
        bucket, _, key = path.lstrip("/").partition("/")
        host = f"{bucket}.s3.{self._where.region}.amazonaws.com"
        try:
            self._check(request, host, key)
        except _RefusedError as refused:
            body = f"<Error><Code>{refused.code}</Code><Message>{escape(refused.message)}</Message></Error>"
            return HttpAnswer(refused.status, (("content-type", "application/xml"),), body.encode())
        return self._forward(request, host, key)

    def serve_media(self, request: HttpRequest) -> HttpAnswer:
        """What the CDN answers below `/media/`: the object, or that there is none to see."""
        if request.method not in ("GET", "HEAD"):
            return HttpAnswer(403, (), b"")
        host = f"{self._where.bucket(MEDIA.name)}.s3.{self._where.region}.amazonaws.com"
        signed = AWSRequest(request.method, f"https://{host}{request.path}")
        S3SigV4QueryAuth(CREDENTIALS, "s3", self._where.region).add_auth(signed)
        query = str(signed.url).partition("?")[2]
        plain = HttpRequest(request.method, request.path, query, (), b"", request.client)
        answer = self._forward(plain, host, request.path.lstrip("/"))
        if answer.status != 200:
            return HttpAnswer(403, (), b"")
        kept = [(name, value) for name, value in answer.headers if name in ("content-type", "cache-control", "etag")]
        return HttpAnswer(200, (*kept, ("x-content-type-options", "nosniff")), answer.body)

    def _check(self, request: HttpRequest, host: str, key: str) -> None:
        query = dict(parse_qsl(request.query, keep_blank_values=True))
        try:
            signed = datetime.strptime(query["X-Amz-Date"], _DATE).replace(tzinfo=UTC)
            expires, names = timedelta(seconds=int(query["X-Amz-Expires"])), query["X-Amz-SignedHeaders"].split(";")
        except (KeyError, ValueError) as error:
            raise _RefusedError("AccessDenied", "Access Denied") from error
        if datetime.now(UTC) > signed + expires:
            raise _RefusedError("AccessDenied", "Request has expired")
        headers = {name: host if name == "host" else request.header(name) for name in names}
        if not compare_digest(query.get(_SIGNATURE, ""), self._signature(request, host, key, query, headers)):
            raise _RefusedError("SignatureDoesNotMatch", "The signature is not that of this request.")

    def _signature(
        self, request: HttpRequest, host: str, key: str, query: Mapping[str, str], headers: Mapping[str, str]
    ) -> str:
        auth = S3SigV4QueryAuth(CREDENTIALS, "s3", self._where.region, expires=int(query["X-Amz-Expires"]))
        rest = urlencode([(name, value) for name, value in query.items() if name != _SIGNATURE], quote_via=quote)
        signed = AWSRequest(request.method, f"https://{host}/{key}?{rest}", headers=dict(headers))
        signed.context["timestamp"] = query["X-Amz-Date"]
        return str(auth.signature(auth.string_to_sign(signed, auth.canonical_request(signed)), signed))

    def _forward(self, request: HttpRequest, host: str, key: str) -> HttpAnswer:
        headers = HTTPHeaders()
        for name, value in request.headers:
            if name not in ("host", "authorization", "connection"):
                headers[name] = value
        url = f"https://{host}/{key}?{request.query}"
        status, answered, body = self._gateway.send(
            AWSPreparedRequest(request.method, url, headers, request.body, stream_output=False)
        )
        kept = [(str(n).lower(), str(v)) for n, v in answered.items() if str(n).lower() not in _NOT_PASSED_ON]
        return HttpAnswer(status, tuple(kept), body)


_NOT_PASSED_ON = frozenset({"content-length", "transfer-encoding", "connection", "server", "date"})
