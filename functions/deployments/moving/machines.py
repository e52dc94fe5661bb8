"""The machines in which tokens go on: one for all instances that stand alike, for a while."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from contract import tables
from functions.runtime import registry
from functions.runtime.ports import Ports
from functions.runtime.records import Put

_SHARED = timedelta(minutes=45)
"""Less than what versions of machines that nobody knows are left alone for (`deployments.retiring`)."""


def machine_for(ports: Ports, process_id: str, definition: Mapping[str, Any]) -> str:
    """The ARN of a version of the process's machine with this definition. What tokens know is not in it, but input.

    A version that was made a while ago is used again: a machine has at most 1,000 of them.
    """
    text = json.dumps(definition, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    pk, sk = registry.key("process", process_id), f"MOVED#{digest}"
    known, now = ports.store.get(tables.REGISTRY, pk, sk), ports.clock.now()
    if known is not None and datetime.fromisoformat(known["at"]) + _SHARED > now:
        return str(known["machine"])
    machine = ports.machines.deploy(process_id, definition, description=f"{process_id} goes on, {digest}")
    ports.store.write(Put(tables.REGISTRY, {"pk": pk, "sk": sk, "machine": machine, "at": now.isoformat()}))
    return machine
