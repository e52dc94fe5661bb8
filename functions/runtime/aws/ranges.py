"""An object of S3 as a file in which one may seek, however large it is: each read asks for a range of its bytes."""

import io
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_BUFFER: Final = 4 * 1024 * 1024
"""What is read ahead: neighbours in an archive are read together."""


def open_object(s3: "S3Client", bucket: str, key: str) -> BinaryIO:
    """The object as it is now; if it is overwritten while it is read, reading fails. No bytes if there is none."""
    try:
        found = s3.get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return io.BytesIO()
        raise
    found["Body"].close()
    ranges = _Ranges(s3, bucket, key, found["ETag"], found["ContentLength"])
    return cast(BinaryIO, io.BufferedReader(ranges, _BUFFER))


class _Ranges(io.RawIOBase):
    """Reads by ranges, of the version that has this ETag."""

    def __init__(self, s3: "S3Client", bucket: str, key: str, etag: str, size: int) -> None:
        super().__init__()
        self._s3, self._bucket, self._key, self._etag, self._size, self._at = s3, bucket, key, etag, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: "io.WriteableBuffer", /) -> int:  # type: ignore[name-defined]
        into = memoryview(buffer).cast("B")
        until = min(self._at + len(into), self._size)
        if until <= self._at:
            return 0
        wanted = f"bytes={self._at}-{until - 1}"
        found = self._s3.get_object(Bucket=self._bucket, Key=self._key, IfMatch=self._etag, Range=wanted)
        read = found["Body"].read()
        into[: len(read)] = read
        self._at += len(read)
        return len(read)
