"""Bundles hold all that their handlers import, at the versions of the lock, and stay small."""

import ast
import platform
import re
import subprocess
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from contract.functions import FunctionSpec
from functions.specs import ALL
from infra import bundles

RUNTIME = {canonicalize_name(name) for name in bundles.IN_RUNTIME}
FIRST_OF_ITS_PACKAGES = list({bundles._name(spec): spec for spec in ALL}.values())


def imported_by(module: str) -> set[str]:
    """The distributions that a module needs, through all of our own modules that it imports, late imports included."""
    seen: set[str] = set()
    names: set[str] = set()
    waiting = [module]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        for name in imports_of(current):
            if name.split(".")[0] in bundles.CODE:
                parts = name.split(".")
                waiting += [".".join(parts[:n]) for n in range(1, len(parts) + 1)]
            else:
                names.add(name.split(".")[0])
    outside = names - sys.stdlib_module_names
    by_module = metadata.packages_distributions()
    return {canonicalize_name(by_module[name][0]) for name in outside}


@cache
def imports_of(module: str) -> frozenset[str]:
    path = bundles.ROOT / Path(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if not file.exists():  # a name within a module
        return frozenset()
    found: set[str] = set()
    for node in _at_run_time(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def _at_run_time(node: ast.AST) -> list[ast.AST]:
    """All nodes but those under `if TYPE_CHECKING`."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return []
    return [node, *(found for child in ast.iter_child_nodes(node) for found in _at_run_time(child))]


def brought_by(packages: tuple[str, ...]) -> set[str]:
    """The distributions that these requirements install, with what they require in turn."""
    found: set[str] = set()
    waiting = [Requirement(package) for package in packages]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        environments = [{"extra": extra} for extra in (*requirement.extras, "")]
        if requirement.marker and not requirement.marker.evaluate():
            continue
        found.add(name)
        for text in metadata.requires(name) or []:
            needed = Requirement(text)
            if canonicalize_name(needed.name) not in found and (
                needed.marker is None or any(needed.marker.evaluate(e) for e in environments)
            ):
                needed.marker = None
                waiting.append(needed)
    return found


@pytest.mark.parametrize("spec", ALL, ids=lambda spec: spec.name)
def test_the_packages_of_a_spec_are_what_its_handler_imports(spec: FunctionSpec) -> None:
    needed = imported_by(spec.entry.rpartition(".")[0]) - RUNTIME
    assert needed <= brought_by((*bundles.COMMON, *spec.packages))
    assert {canonicalize_name(Requirement(p).name) for p in spec.packages} <= needed, "a package that is not imported"


@pytest.mark.slow
@pytest.mark.parametrize("spec", FIRST_OF_ITS_PACKAGES, ids=lambda spec: spec.name)
def test_a_bundle_is_small_and_as_locked(spec: FunctionSpec) -> None:
    built = bundles.bundle(spec, bundles.BUILD)
    assert bundles.size(built) < bundles.MAX_BYTES
    assert not list(built.glob("catalogue/products"))
    locked = dict(re.findall(r"^(\S+)==(\S+)", (bundles.ROOT / "requirements.lock").read_text(), re.MULTILINE))
    installed = {d.name: d.version for d in metadata.distributions(path=[str(built)])}
    assert {canonicalize_name(n): v for n, v in installed.items()}.items() <= _versions(locked)
    assert not RUNTIME & {canonicalize_name(name) for name in installed}


def _versions(locked: dict[str, str]) -> set[tuple[str, str]]:
    """The lock can hold two versions of a package, each for some Pythons."""
    lines = re.findall(r"^(\S+)==([^\s;]+)", (bundles.ROOT / "requirements.lock").read_text(), re.MULTILINE)
    return {(canonicalize_name(name.split("[")[0]), version) for name, version in lines}


@pytest.mark.slow
@pytest.mark.skipif(platform.machine() != "x86_64" or sys.platform != "linux", reason="builds for x86-64 Linux")
@pytest.mark.parametrize("spec", ALL, ids=lambda spec: spec.name)
def test_a_handler_starts_with_nothing_but_its_bundle(spec: FunctionSpec, tmp_path: Path) -> None:
    """The same packages for this machine, and of what the environment has only what Lambda's runtime has, too."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    packages = bundles.install(spec, bundles.BUILD, python=version, platform="x86_64-manylinux_2_28")
    site = Path(metadata.distribution("boto3").locate_file(""))
    for name in ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six.py", "urllib3"):
        (tmp_path / name).symlink_to(site / name)
    for name in bundles.CODE:
        (tmp_path / name).symlink_to(bundles.ROOT / name)
    module, attribute = spec.entry.rsplit(".", 1)
    code = f"import sys; sys.path[:0] = {[str(packages), str(tmp_path)]!r}; import {module} as m; m.{attribute}"
    subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], check=True, cwd=tmp_path, env={"AWS_REGION": "eu-central-1"}
    )
