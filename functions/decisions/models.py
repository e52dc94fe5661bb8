"""Deployed decisions. Read models are kept: the same version is never parsed twice by a warm function."""

from functools import lru_cache

from contract import errors
from contract.buckets import ARTIFACTS
from functions.deployments.findings import finding
from functions.runtime import registry
from functions.runtime.ports import Ports
from functions.runtime.problems import ProblemError, not_found
from state_machines.dmn import Definitions, DmnError, load_dmn, read_dmn


def deployed(ports: Ports, decision_id: str, wanted: int | None) -> tuple[int, Definitions]:
    """The version (the current one if none is wanted) and what was read of it. Raises `ProblemError`."""
    item = registry.find(ports, "decision", decision_id, wanted)
    if item is None:
        raise not_found("decision", decision_id if wanted is None else f"{decision_id} version {wanted}")
    version = int(item["version"])
    return version, load(ports, decision_id, version)


def draft(decision_id: str, source: str) -> tuple[None, Definitions]:
    """A model that is not deployed, and no version. Raises `ProblemError` if it is refused or has no such decision."""
    try:
        read = read_dmn(source.encode())
    except DmnError as refused:
        findings = [finding(each, "draft") for each in refused.diagnostics]
        raise ProblemError(errors.DECISION_REFUSED, "The draft has errors.", findings) from refused
    if decision_id not in read.decisions:
        raise not_found("decision", f"{decision_id} in the draft")
    return None, read


def load(ports: Ports, decision_id: str, version: int) -> Definitions:
    """A version that the registry knows."""
    source = ports.objects.get(ARTIFACTS, registry.artifact("decision", decision_id, version))
    if source is None:
        raise LookupError(f"the artifact of decision {decision_id} version {version} is missing")
    return _parsed(source)


@lru_cache(maxsize=64)
def _parsed(source: bytes) -> Definitions:
    return load_dmn(source)  # its rules were asked when it was deployed
