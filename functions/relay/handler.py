"""The relay: the outbox's stream to the bus."""

from contract import tables
from functions.relay.relaying import relay
from functions.relay.spec import SPEC
from functions.runtime.handler import Handler

handle = Handler(SPEC, stream_batches={tables.OUTBOX: relay})
