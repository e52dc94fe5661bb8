"""State machines and their versions: what CreateStateMachine and its kin keep. It knows no executions."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from local.cloud.step_functions.refusals import RefusedError
from local.state.rows import Kept, Marks, Row

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
    """All machines by ARN. A `Source`."""

    def __init__(self, arn_prefix: str) -> None:
        """`arn_prefix`: `arn:aws:states:<region>:<account>:stateMachine:`."""
        self._prefix = arn_prefix
        self._by_arn: dict[str, MachineRecord] = {}
        self._marks = Marks()

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
            self._marks.note("machine", made.arn)
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
            self._marks.note("machine", machine.arn)
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
        self._marks.note("machine", machine.arn)
        self._marks.note("version", machine.version_arn(version.number))
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
        machine = self._by_arn.pop(arn, None)
        for number in machine.versions if machine else ():
            self._marks.note("version", f"{arn}:{number}")
        self._marks.note("machine", arn)
        return machine

    def delete_version(self, arn: str) -> bool:
        """Forget a version; whether there was one. An unknown one is no error, as for Step Functions."""
        base, number = split_version(arn)
        machine = self._by_arn.get(base)
        if machine is None or number is None or machine.versions.pop(number, None) is None:
            return False
        self._marks.note("version", arn)
        return True

    def tag(self, arn: str, tags: Mapping[str, str | None]) -> None:
        """Set tags, or take them away where the value is None."""
        machine = self.find(arn)
        machine.tags = {key: value for key, value in {**machine.tags, **tags}.items() if value is not None}
        self._marks.note("machine", machine.arn)

    def all(self) -> list[MachineRecord]:
        """All machines, by name."""
        return sorted(self._by_arn.values(), key=lambda machine: machine.name)

    def changes(self) -> Iterator[Row]:
        """See `Source`."""
        marked = self._marks.take()
        for kind, arn in self._keys() if marked is None else sorted(marked):
            yield Row(kind, arn, self._text(kind, arn))

    def _keys(self) -> Iterator[tuple[str, str]]:
        for machine in self.all():
            yield "machine", machine.arn
            yield from (("version", machine.version_arn(number)) for number in machine.versions)

    def _text(self, kind: str, arn: str) -> str | None:
        base, number = split_version(arn)
        machine = self._by_arn.get(base)
        if machine is None:
            return None
        if kind == "version":
            return json.dumps(asdict(machine.versions[number])) if number in machine.versions else None
        return json.dumps({**asdict(machine), "versions": {}})

    def restore(self, kept: Kept) -> None:
        """See `Source`."""
        machines = [MachineRecord(**json.loads(parts[0])) for parts in kept.get("machine", {}).values()]
        self._by_arn = {machine.arn: machine for machine in machines}
        for arn, parts in kept.get("version", {}).items():
            version = Version(**json.loads(parts[0]))
            self._by_arn[split_version(arn)[0]].versions[version.number] = version
        self._marks.begin()


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
