"""The `Objects` over S3."""

from datetime import timedelta
from typing import BinaryIO
from urllib.parse import quote

from botocore.exceptions import ClientError

from contract.buckets import Bucket
from functions.runtime.aws.clients import Clients
from functions.runtime.aws.names import Names
from functions.runtime.aws.ranges import open_object
from functions.runtime.ports import PresignedRequest


class S3Objects:
    """`Objects` on S3. The buckets' own encryption applies; whoever presigns needs the right that the link uses."""

    def __init__(self, clients: Clients, names: Names) -> None:
        self._clients, self._names = clients, names

    def get(self, bucket: Bucket, key: str) -> bytes | None:
        """The bytes; None if there is no such object.

        S3 tells a missing object only to those who may list the bucket, as hosts allow to whoever looks for objects.
        To others it is a refused access, which stays an error: a missing right must not look like missing data.
        """
        try:
            return self._clients.s3.get_object(Bucket=self._names.bucket(bucket), Key=key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return None
            raise

    def open(self, bucket: Bucket, key: str) -> BinaryIO:
        """The bytes as a file in which one may seek: what is read is asked for when it is read, and all of it is of
        one and the same object. Of an object that is not there, no bytes."""
        return open_object(self._clients.s3, self._names.bucket(bucket), key)

    def put(self, bucket: Bucket, key: str, body: bytes | BinaryIO, content_type: str, *, caching: str = "") -> None:
        """Write an object; of a file what is left of it. `caching`: what browsers are told, as in `Cache-Control`."""
        name, put = self._names.bucket(bucket), self._clients.s3.put_object
        if caching:
            put(Bucket=name, Key=key, Body=body, ContentType=content_type, CacheControl=caching)
        else:
            put(Bucket=name, Key=key, Body=body, ContentType=content_type)

    def delete(self, bucket: Bucket, key: str) -> None:
        """Delete an object; one that is gone is no error."""
        self._clients.s3.delete_object(Bucket=self._names.bucket(bucket), Key=key)

    def presign_get(self, bucket: Bucket, key: str, *, filename: str, content_type: str, expires: timedelta) -> str:
        """A link that downloads the object under that name."""
        disposition = f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
        return self._clients.s3.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._names.bucket(bucket),
                "Key": key,
                "ResponseContentDisposition": disposition,
                "ResponseContentType": content_type,
            },
            ExpiresIn=int(expires.total_seconds()),
        )

    def presign_put(self, bucket: Bucket, key: str, *, content_type: str, expires: timedelta) -> PresignedRequest:
        """A request that writes the object; the content type is signed, so it must be sent as given."""
        url = self._clients.s3.generate_presigned_url(
            "put_object",
            Params={"Bucket": self._names.bucket(bucket), "Key": key, "ContentType": content_type},
            ExpiresIn=int(expires.total_seconds()),
        )
        return PresignedRequest("PUT", url, {"Content-Type": content_type})
