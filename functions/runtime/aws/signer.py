"""The `Signer` over a KMS HMAC key."""

from botocore.exceptions import ClientError

from functions.runtime.aws.clients import Clients


class KmsSigner:
    """`Signer` with an HMAC_256 key of KMS: codes are made and checked there, the key never leaves it."""

    def __init__(self, clients: Clients, key_arn: str) -> None:
        self._clients, self._key_arn = clients, key_arn

    def sign(self, message: bytes) -> bytes:
        """The message's authentication code (32 bytes)."""
        answer = self._clients.kms.generate_mac(KeyId=self._key_arn, Message=message, MacAlgorithm="HMAC_SHA_256")
        return answer["Mac"]

    def verify(self, message: bytes, mac: bytes) -> bool:
        """Whether the code is the message's."""
        try:
            answer = self._clients.kms.verify_mac(
                KeyId=self._key_arn, Message=message, MacAlgorithm="HMAC_SHA_256", Mac=mac
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "KMSInvalidMacException":
                return False
            raise
        return bool(answer["MacValid"])
