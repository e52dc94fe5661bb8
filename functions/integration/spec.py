"""What the integration function is."""

from contract.functions import FunctionSpec
from functions.runtime import held

SPEC = FunctionSpec(
    name="integration",
    entry="functions.integration.handler.handle",
    machines=True,
    needs=(held.READ, held.WRITE),
    internet=True,
    timeout_s=60,
)
