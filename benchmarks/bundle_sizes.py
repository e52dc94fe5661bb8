"""How large the Lambda bundles are, unzipped."""

from benchmarks.figures import Goal, Table, Value
from contract.functions import FunctionSpec
from functions.specs import ALL
from infra.bundles import BUILD, MAX_BYTES, bundle, size

_MB = 1024 * 1024


def measure_bundles() -> Table:
    """One row a function. Builds what is not there: that needs the package registry."""
    goal = Goal(f"under {MAX_BYTES // _MB} MB", lambda row: float(row["MB"]) < MAX_BYTES / _MB)
    rows = [_row(spec) for spec in ALL]
    return Table("Lambda bundles", rows, (goal,))


def _row(spec: FunctionSpec) -> dict[str, Value]:
    megabytes = size(bundle(spec, BUILD)) / _MB
    return {"function": spec.name, "MB": megabytes, "beside the common": ", ".join(spec.packages) or "-"}
