"""What the integration function is."""

from contract.functions import FunctionSpec

SPEC = FunctionSpec(
    name="integration",
    entry="functions.integration.handler.handle",
    machines=True,
    internet=True,
    timeout_s=60,
)
