"""The account and region that the embedded cloud pretends to be, and the physical names that follow from them."""

from dataclasses import dataclass

from contract import names

ACCOUNT = "111122223333"
"""AWS's example account; not moto's default one, so that tests with their own moto do not meet ours."""


@dataclass(frozen=True)
class Where:
    """One tenant's place in the embedded cloud."""

    tenant: str
    region: str
    account: str = ACCOUNT

    def physical(self, name: str) -> str:
        """The physical name of a table, queue, function, bus, pool."""
        return names.physical(self.tenant, name)

    def logical(self, physical: str) -> str:
        """The logical name back; the whole text if it is not one of the tenant's."""
        return physical.removeprefix(names.physical(self.tenant, ""))

    def bucket(self, name: str) -> str:
        """The physical name of a bucket."""
        return names.bucket(self.tenant, name, self.account, self.region)

    def arn(self, service: str, rest: str) -> str:
        """An ARN of the tenant's account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def function_arn(self, name: str) -> str:
        """The ARN of a function by its logical name."""
        return self.arn("lambda", f"function:{self.physical(name)}")

    def queue_arn(self, name: str) -> str:
        """The ARN of a queue by its logical name."""
        return self.arn("sqs", self.physical(name))

    def stream_arn(self, table: str) -> str:
        """The ARN of a table's stream by the table's logical name."""
        return self.arn("dynamodb", f"table/{self.physical(table)}/stream/local")
