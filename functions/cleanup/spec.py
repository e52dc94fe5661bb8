"""What the cleanup function is."""

from contract.functions import FunctionSpec
from contract.rights import RemoveMachines

SPEC = FunctionSpec(
    name="cleanup",
    entry="functions.cleanup.handler.handle",
    stack_events=True,
    needs=(RemoveMachines(),),
    internet=True,
    memory_mb=256,
    timeout_s=900,
)
