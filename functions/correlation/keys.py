"""Keys of the messages table (docs/records.md). Names and keys are encoded as JSONata's `$encodeUrlComponent` does."""

from collections.abc import Mapping
from urllib.parse import quote

from functions.runtime.records import Item

SUBSCRIPTION, MESSAGE, THROW = "SUB#", "MSG#", "THROW#"
"""How sort keys begin: who waits; what was published; a signal that was thrown a short while ago."""
VARIABLES = "VARIABLES#"
"""How the partitions of what conditional events read begin."""
TIMER_STARTS = "START-TIMER#"
"""How the partitions of timers that start processes begin."""
STARTED = "STARTED#"
"""How the partitions of instances begin of which one at a time is active."""
CONDITION_STARTS = "START-CONDITION"
"""The partition of conditions that start processes."""
_UNRESERVED = "!'()*-._~"


def encode(text: str) -> str:
    """As encodeURIComponent of ECMAScript.

    >>> encode("Ala's (1) & ż")
    "Ala's%20(1)%20%26%20%C5%BC"
    """
    return quote(text, safe=_UNRESERVED)


def message_partition(name: str, key: str) -> str:
    """Where messages and subscriptions of a name and a correlation key meet."""
    return f"MESSAGE#{encode(name)}#{encode(key)}"


def variables_partition(instance_id: str) -> str:
    """What an instance's conditional events read, as it was told last; and who waits for it to be written."""
    return f"{VARIABLES}{instance_id}"


def signal_partition(name: str) -> str:
    """Where those wait who wait for a signal."""
    return f"SIGNAL#{encode(name)}"


def starts_partition(name: str) -> str:
    """Which processes a message starts; the sort key is the process id."""
    return f"START#{encode(name)}"


def started_partition(process_id: str, key: str) -> str:
    """Which instance of a process a message with a key has started last, where one at a time is active."""
    return f"{STARTED}{process_id}#{encode(key)}"


def signal_starts_partition(name: str) -> str:
    """Which processes a signal starts; the sort key is the process id."""
    return f"START-SIGNAL#{encode(name)}"


def timer_starts_partition(process_id: str) -> str:
    """When timers start a process; the sort key is that of the trigger."""
    return f"{TIMER_STARTS}{process_id}"


def condition_start_key(process_id: str, trigger: str) -> str:
    """The sort key of a condition that starts a process: of all of a process they begin alike."""
    return f"{process_id}#{trigger}"


def heard_partition(throw: Item) -> str:
    """The records of who has heard a signal, by which nobody hears it again; sorted by instance and state."""
    return f"HEARD#{throw['pk']}#{throw['sk']}"


def subscription_partition(wait: Item, event: Mapping[str, str]) -> str:
    """Where a wait's subscription to an event is: its key, where the record tells it, else the business key."""
    if event["kind"] == "signal":
        return signal_partition(event["name"])
    if event["kind"] == "condition":
        return variables_partition(wait["pk"])
    return message_partition(event["name"], str(event.get("key", wait.get("businessKey", ""))))
