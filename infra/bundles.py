"""Lambda bundles: the code and its pinned packages in one folder, made with uv for Lambda's Linux, without Docker."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from contract.functions import FunctionSpec

ROOT: Final = Path(__file__).resolve().parent.parent
BUILD: Final = ROOT / "build"
PYTHON: Final = "3.14"
PLATFORM: Final = "aarch64-manylinux_2_28"
COMMON: Final = ("aws-lambda-powertools[tracer]", "pydantic")
CODE: Final = ("catalogue", "contract", "functions", "state_machines")
IN_RUNTIME: Final = ("boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "six", "urllib3")
"""What Lambda's runtime brings: 30 MB that no bundle has to carry."""
MAX_BYTES: Final = 100 * 1024 * 1024
"""Unzipped. Lambda takes 250 MB; less starts sooner."""

_IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", "products")
_LOCK = ROOT / "requirements.lock"


def bundle(spec: FunctionSpec, folder: Path) -> Path:
    """The folder that holds the function's bundle. Made once per set of packages, again when code or lock change."""
    target = folder / "bundles" / f"{_name(spec)}-{_code_hash()}"
    if not target.exists():
        installed = install(spec, folder)
        for outdated in target.parent.glob(f"{_name(spec)}-*"):
            shutil.rmtree(outdated)
        _assemble(installed, target)
    return target


def install(spec: FunctionSpec, folder: Path, *, python: str = PYTHON, platform: str = PLATFORM) -> Path:
    """The folder that holds the function's packages alone, for this platform. Raises `CalledProcessError`."""
    target = folder / "packages" / f"{_name(spec)}-{python}-{platform}"
    if not target.exists():
        with _made(target) as fresh:
            # The lock's hashes are checked for whatever it constrains.
            where = ["--target", str(fresh), "--python-version", python, "--python-platform", platform]
            what = ["--only-binary", ":all:", "--constraints", str(_LOCK), *COMMON, *spec.packages]
            uv = Path(sys.prefix) / "bin" / "uv"
            subprocess.run([str(uv), "pip", "install", "--quiet", *where, *what], check=True)
            _slim(fresh)
    return target


def size(folder: Path) -> int:
    """Bytes, unzipped."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _slim(folder: Path) -> None:
    for name in IN_RUNTIME:
        distribution = name.replace("-", "_")
        for record in folder.glob(f"{distribution}-*.dist-info/RECORD"):
            for line in record.read_text().splitlines():
                (folder / line.split(",")[0]).unlink(missing_ok=True)
    shutil.rmtree(folder / "bin", ignore_errors=True)
    for path in sorted((p for p in folder.rglob("*") if p.is_dir()), reverse=True):
        if not any(path.iterdir()):
            path.rmdir()


def _assemble(installed: Path, target: Path) -> None:
    with _made(target) as fresh:
        shutil.copytree(installed, fresh, dirs_exist_ok=True)
        for package in CODE:
            shutil.copytree(ROOT / package, fresh / package, ignore=_IGNORED)


@contextmanager
def _made(target: Path) -> Iterator[Path]:
    """A folder to be filled, which is there as a whole or not at all. Of several who make it at once, one is taken."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".partial-") as folder:
        fresh = Path(folder) / target.name
        fresh.mkdir()
        yield fresh
        try:
            fresh.rename(target)
        except OSError:
            if not target.exists():
                raise


def _name(spec: FunctionSpec) -> str:
    packages = sorted({*COMMON, *spec.packages})
    return hashlib.sha256(repr((packages, PYTHON, PLATFORM, IN_RUNTIME)).encode() + _LOCK.read_bytes()).hexdigest()[:16]


def _code_hash() -> str:
    digest = hashlib.sha256()
    for package in CODE:
        for path in sorted((ROOT / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and "products" not in path.parts:
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
