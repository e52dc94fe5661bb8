"""Lint rules for definitions, one per file, each with a stable code."""

from collections.abc import Callable, Iterable

from state_machines.asl.rules import (
    asl_001_targets,
    asl_002_unreachable,
    asl_003_names,
    asl_004_paths,
    asl_005_bare_context,
    asl_006_conditions,
    asl_007_error_handling,
    asl_008_attributes,
    asl_009_size,
    asl_010_exits,
    asl_011_variables,
    asl_012_timeouts,
    asl_013_resources,
    asl_014_jsonata,
    asl_015_branches,
    asl_016_ends,
    asl_017_bare_paths,
    asl_018_depth,
    asl_019_undefined,
    asl_020_fields,
    asl_021_retries,
    asl_022_errors,
    asl_023_marks,
    asl_024_names,
)
from state_machines.asl.scan import Definition, Fault

Rule = Callable[[Definition], Iterable[Fault]]

ALL: tuple[Rule, ...] = (
    asl_001_targets.check,
    asl_002_unreachable.check,
    asl_003_names.check,
    asl_004_paths.check,
    asl_005_bare_context.check,
    asl_006_conditions.check,
    asl_007_error_handling.check,
    asl_008_attributes.check,
    asl_009_size.check,
    asl_010_exits.check,
    asl_011_variables.check,
    asl_012_timeouts.check,
    asl_013_resources.check,
    asl_014_jsonata.check,
    asl_015_branches.check,
    asl_016_ends.check,
    asl_017_bare_paths.check,
    asl_018_depth.check,
    asl_019_undefined.check,
    asl_020_fields.check,
    asl_021_retries.check,
    asl_022_errors.check,
    asl_023_marks.check,
    asl_024_names.check,
)
