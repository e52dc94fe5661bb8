"""How Step Functions refuses a call: AWS's error codes as one exception."""


class RefusedError(Exception):
    """A refused call. `code` is AWS's error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message
