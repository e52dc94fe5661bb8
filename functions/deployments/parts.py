"""What publishing writes, part by part: artifacts, machines and registry attributes. Nothing is written here.

Order matters: a process pins the versions of the decisions that it uses, a product comes after its process.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from catalogue.kinds.product import Product
from functions.deployments.checking import Checked, CheckedProcess
from functions.deployments.embedded import form_of
from functions.deployments.library import digest
from functions.deployments.triggers import trigger_attributes
from functions.runtime.registry import Kind
from state_machines.bindings import Bound
from state_machines.compilation import CompiledProcess

XML, JSON, HTML = "application/xml", "application/json", "text/html; charset=utf-8"


@dataclass(frozen=True)
class Part:
    """One thing with versions of its own. `sha256` tells whether it changed."""

    kind: Kind
    id: str
    name: str
    sha256: str
    artifacts: Mapping[str, tuple[bytes, str]]
    """Bytes and content type, by name within the version (empty where there is only one)."""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    process: CompiledProcess | None = None
    product: Product | None = None


def parts_of(checked: Checked) -> list[Part]:
    """All parts of a deployment, those first that others depend on."""
    return [
        *(_single("form", key, source, JSON) for key, source in checked.bundle.forms.items()),
        *(_single("template", key, source, HTML) for key, source in checked.bundle.documents.items()),
        *_decisions(checked),
        *(_process(process, checked) for process in checked.processes),
        *([_product(checked.bundle.product)] if checked.bundle.product else []),
    ]


def _single(kind: Kind, key: str, source: bytes, content_type: str, name: str = "") -> Part:
    return Part(kind, key, name or key, _plain_digest(source), {"": (source, content_type)})


def _decisions(checked: Checked) -> Iterator[Part]:
    for id_, (source, definitions) in checked.decisions.items():
        decision = definitions.decisions[id_]
        tagged = {"versionTag": decision.version_tag} if decision.version_tag else {}
        yield replace(_single("decision", id_, source, XML, decision.name), attributes=tagged)


def _product(product: Product) -> Part:
    body = product.model_dump_json(by_alias=True, exclude_none=True).encode()
    name = next(iter(product.name.values()))
    return Part("product", product.id, name, _plain_digest(body), {"": (body, JSON)}, product=product)


def _process(checked: CheckedProcess, all_: Checked) -> Part:
    compiled = checked.compiled
    beside = _beside(compiled, all_)
    machines = _json(compiled.machines)
    artifacts = {
        "process.bpmn": (checked.source, XML),
        "machine.asl.json": (machines, JSON),
        "source_map.json": (_json(compiled.source_map, sort=False), JSON),
        "report.json": (_json(compiled.report), JSON),
        **_entries(checked),
        **beside,
    }
    named = [text for name, (content, _) in sorted(beside.items()) for text in (name.encode(), content)]
    used = [all_.shelves.decisions.sha256(bound).encode() for bound in called_decisions(compiled, all_)]
    return Part(
        "process",
        compiled.id,
        compiled.name or compiled.id,
        digest(checked.source, machines, *named, *used, *_together(compiled, all_)),
        artifacts,
        attributes={
            "versionTag": compiled.version_tag,
            "machines": sorted(compiled.machines),
            **trigger_attributes(compiled),
            "timers": _timers(compiled),
        },
        process=compiled,
    )


def _entries(checked: CheckedProcess) -> dict[str, tuple[bytes, str]]:
    """What tokens need that are put before an element by hand; a process that is too large for it has none."""
    made = checked.entries
    if made is None:
        return {}
    return {"entries.json": (_json({"definition": made.definition, "sourceMap": made.source_map}, sort=False), JSON)}


def _together(compiled: CompiledProcess, all_: Checked) -> Iterator[bytes]:
    """What is called as it is deployed together with a process is a part of it: if it changes, so does the process."""
    called = {reference.name for reference in compiled.references.together}
    return (other.source for other in all_.processes if other.compiled.id in called)


def _beside(compiled: CompiledProcess, all_: Checked) -> dict[str, tuple[bytes, str]]:
    """Forms and templates that the process refers to: a version keeps its own copies, for as long as it is used."""
    known = all_.shelves.forms.keys
    forms = known if compiled.references.any_form else {r.name for r in compiled.references.forms} & known
    templates = {r.name for r in compiled.references.templates} & all_.shelves.templates.keys
    drawn = {key: form_of(key, form) for key, form in compiled.embedded_forms.items()}
    return {
        **{f"forms/{key}.json": (all_.shelves.forms.content(key), JSON) for key in sorted(forms)},
        **{f"forms/{key}.json": (content, JSON) for key, content in drawn.items()},
        **{f"documents/{key}.html": (all_.shelves.templates.content(key), HTML) for key in sorted(templates)},
    }


def called_decisions(compiled: CompiledProcess, all_: Checked) -> list[Bound]:
    """The versions of decisions that a process is published with, in the order in which it names them."""
    together = [Bound(id_, "deployment") for id_ in all_.decisions] if compiled.references.any_decision else []
    return [*(reference.bound for reference in compiled.references.decisions), *together]


def _timers(compiled: CompiledProcess) -> list[str]:
    """Elements that wait for a time and write no record: their states are Wait states."""
    states: Any = compiled.source_map.get("states", {})
    waiting = {name for machine in compiled.machines.values() for name in _wait_states(machine)}
    return sorted({states[name]["element"] for name in waiting if name in states})


def _wait_states(definition: Any) -> Iterator[str]:
    """Names of Wait states, those in branches and item processors too."""
    if isinstance(definition, Mapping):
        states = definition.get("States")
        for name, state in states.items() if isinstance(states, Mapping) else ():
            if state.get("Type") == "Wait":
                yield name
        for value in definition.values():
            yield from _wait_states(value)
    elif isinstance(definition, list):
        for value in definition:
            yield from _wait_states(value)


def _json(value: Any, *, sort: bool = True) -> bytes:
    """The source map keeps its order: it is that of the process."""
    return json.dumps(value, ensure_ascii=False, sort_keys=sort, separators=(",", ":"), default=dict).encode()


def _plain_digest(source: bytes) -> str:
    """As every other writer of the registry makes it: SHA-256 of the bytes alone."""
    return hashlib.sha256(source).hexdigest()
