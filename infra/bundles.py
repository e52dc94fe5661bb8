"""Lambda bundles: the code and its pinned packages in one folder, made with uv for Lambda's Linux, without Docker."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from contract.functions import FunctionSpec

ROOT = Path(__file__).resolve().parent.parent
PYTHON = "3.13"
PLATFORM = "aarch64-manylinux_2_28"
COMMON = ("aws-lambda-powertools[tracer]", "pydantic", "pyyaml")
_CODE = ("catalogue", "contract", "functions", "state_machines")
_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", "products")
_LOCK = ROOT / "requirements.lock"
# Lambda's runtime brings boto3, botocore and what they need: 90 MB that no bundle has to carry.
_IN_RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "awscli")


def bundle(spec: FunctionSpec, folder: Path) -> Path:
    """The folder that holds the function's bundle. Made once per set of packages, again when code or lock change."""
    packages = tuple(sorted({*COMMON, *spec.packages}))
    name = hashlib.sha256(repr((packages, PYTHON, PLATFORM)).encode() + _LOCK.read_bytes()).hexdigest()[:16]
    installed = folder / "packages" / name
    if not installed.exists():
        _install(packages, installed)
    target = folder / "bundles" / f"{name}-{_code_hash()}"
    if not target.exists():
        _assemble(installed, target)
    return target


def size(folder: Path) -> int:
    """Bytes, unzipped: Lambda takes 250 MB, we take 100."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _install(packages: tuple[str, ...], target: Path) -> None:
    partial = target.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "install", "--quiet", "--target", str(partial), "--python-version", PYTHON]
    command += ["--python-platform", PLATFORM, "--only-binary", ":all:", "--constraints", str(_LOCK), *packages]
    subprocess.run(command, check=True)
    for name in _IN_RUNTIME:
        for path in (*partial.glob(name), *partial.glob(f"{name}-*.dist-info")):
            shutil.rmtree(path)
    shutil.rmtree(partial / "bin", ignore_errors=True)
    partial.rename(target)


def _assemble(installed: Path, target: Path) -> None:
    partial = target.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(installed, partial)
    for package in _CODE:
        shutil.copytree(ROOT / package, partial / package, ignore=_IGNORED)
    partial.rename(target)


def _code_hash() -> str:
    digest = hashlib.sha256()
    for package in _CODE:
        for path in sorted((ROOT / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and "products" not in path.parts:
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
