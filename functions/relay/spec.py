"""What the relay is."""

from contract import tables
from contract.functions import FunctionSpec
from contract.rights import PutEvents

SPEC = FunctionSpec(
    name="relay", entry="functions.relay.handler.handle", streams=(tables.OUTBOX,), needs=(PutEvents(),), memory_mb=256
)
