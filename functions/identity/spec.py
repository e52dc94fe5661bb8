"""What the identity function is."""

from contract.functions import FunctionSpec

SPEC = FunctionSpec(
    name="identity",
    entry="functions.identity.handler.handle",
    trigger="pre-token-generation",
    timeout_s=5,
)
