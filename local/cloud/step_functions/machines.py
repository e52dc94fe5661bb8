"""State machines and their versions: what CreateStateMachine and its kin keep. It knows no executions."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from local.cloud.step_functions.refusals import RefusedError

MAX_VERSIONS = 1_000
MAX_DEFINITION_BYTES = 1024 * 1024
_NAME = re.compile(r"[0-9A-Za-z_-]{1,80}")
_SETTINGS = ("roleArn", "loggingConfiguration", "tracingConfiguration", "encryptionConfiguration")


@dataclass
class Version:
    """A published version: number, revision and definition, never changed."""

    number: int
    revision: str
    definition: str
    description: str
    created: float


@dataclass
class MachineRecord:
    """A state machine. `settings` hold role, logging, tracing; times are epoch seconds."""

    arn: str
    name: str
    type: str
    definition: str
    settings: dict[str, Any]
    revision: str
    created: float
    tags: dict[str, str] = field(default_factory=dict)
    versions: dict[int, Version] = field(default_factory=dict)
    last_version: int = 0

    def version_arn(self, number: int) -> str:
        """The ARN of one of its versions."""
        return f"{self.arn}:{number}"


class Machines:
    """All machines by ARN."""

    def __init__(self, arn_prefix: str) -> None:
        """`arn_prefix`: `arn:aws:states:<region>:<account>:stateMachine:`."""
        self._prefix = arn_prefix
        self._by_arn: dict[str, MachineRecord] = {}

    def create(self, body: Mapping[str, Any], now: float) -> tuple[MachineRecord, bool]:
        """The machine, and whether it is new: creating the same again answers the one that there is."""
        name = str(body["name"])
        if not _NAME.fullmatch(name):
            raise RefusedError("InvalidName", f"Invalid Name: '{name}'")
        made = MachineRecord(
            arn=self._prefix + name,
            name=name,
            type=str(body.get("type", "STANDARD")),
            definition=_definition(body),
            settings=_settings(body),
            revision=str(uuid.uuid4()),
            created=now,
            tags={tag["key"]: tag["value"] for tag in body.get("tags", ())},
        )
        existing = self._by_arn.get(made.arn)
        if existing is None:
            self._by_arn[made.arn] = made
            return made, True
        if (existing.definition, existing.type, existing.settings) != (made.definition, made.type, made.settings):
            raise RefusedError("StateMachineAlreadyExists", f"State Machine Already Exists: '{made.arn}'")
        return existing, False

    def update(self, body: Mapping[str, Any]) -> MachineRecord:
        """Change definition and settings; another content makes another revision."""
        machine = self.find(str(body["stateMachineArn"]))
        definition = _definition(body) if "definition" in body else machine.definition
        settings = {**machine.settings, **_settings(body)}
        if (definition, settings) != (machine.definition, machine.settings):
            machine.definition, machine.settings, machine.revision = definition, settings, str(uuid.uuid4())
        return machine

    def publish(self, machine: MachineRecord, description: str, now: float, revision: str = "") -> Version:
        """A version of the present revision; the newest one if that is of this revision already."""
        if revision and revision != machine.revision:
            raise RefusedError("ConflictException", "The revision is not the current one")
        newest = machine.versions.get(machine.last_version)
        if newest is not None and newest.revision == machine.revision:
            return newest
        if len(machine.versions) >= MAX_VERSIONS:
            raise RefusedError("ServiceQuotaExceededException", f"More than {MAX_VERSIONS} versions")
        machine.last_version += 1
        version = Version(machine.last_version, machine.revision, machine.definition, description, now)
        machine.versions[version.number] = version
        return version

    def find(self, arn: str) -> MachineRecord:
        """The machine of its own ARN or of a version's; refuses unknown ones."""
        base, _ = split_version(arn)
        if base not in self._by_arn:
            raise RefusedError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
        return self._by_arn[base]

    def find_version(self, arn: str) -> tuple[MachineRecord, Version | None]:
        """The machine, and the version if the ARN names one."""
        machine, (_, number) = self.find(arn), split_version(arn)
        if number is not None and number not in machine.versions:
            raise RefusedError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
        return machine, machine.versions[number] if number is not None else None

    def delete(self, arn: str) -> MachineRecord | None:
        """Forget a machine with its versions; None if there was none."""
        return self._by_arn.pop(arn, None)

    def all(self) -> list[MachineRecord]:
        """All machines, by name."""
        return sorted(self._by_arn.values(), key=lambda machine: machine.name)

    def dump(self) -> list[dict[str, Any]]:
        """Everything as JSON."""
        return [asdict(machine) for machine in self.all()]

    def restore(self, dump: list[dict[str, Any]]) -> None:
        """Everything of a dump, in place of what there is."""
        self._by_arn = {}
        for data in dump:
            versions = {int(number): Version(**version) for number, version in data["versions"].items()}
            self._by_arn[data["arn"]] = MachineRecord(**{**data, "versions": versions})


def split_version(arn: str) -> tuple[str, int | None]:
    """The machine's ARN and the version's number, None if there is none."""
    parts = arn.split(":")
    number = int(parts[7]) if len(parts) == 8 and parts[7].isdigit() else None
    return ":".join(parts[:7]), number


def _definition(body: Mapping[str, Any]) -> str:
    text = str(body["definition"])
    if len(text.encode()) > MAX_DEFINITION_BYTES:
        raise RefusedError("InvalidDefinition", "The definition is larger than 1 MB")
    return text


def _settings(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in _SETTINGS if name in body}
