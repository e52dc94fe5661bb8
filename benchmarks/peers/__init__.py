"""Other engines, each in an environment of its own under build/peers: fetched when they are first measured against."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
PLACE = Path(__file__).resolve().parents[2] / "build" / "peers"
ZEN = "zen-engine==2.1.3"
FEELIN = "feelin@8.2.0"


def zen_engine(standard_input: str) -> float:
    """What zen_table.script prints. Raises OSError or CalledProcessError where the peer cannot be had."""
    python = PLACE / "zen" / "bin" / "python"
    if not python.exists():
        _run([sys.executable, "-m", "uv", "venv", "--quiet", "--python", sys.executable, str(PLACE / "zen")])
        _run([sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(python), ZEN])
    return float(_run([str(python), str(HERE / "zen_table.script")], standard_input))


def feelin(standard_input: str) -> float:
    """What feelin_parse.mjs prints. Raises OSError or CalledProcessError where the peer cannot be had."""
    place = PLACE / "feelin"
    if not (place / "node_modules").exists():
        place.mkdir(parents=True, exist_ok=True)
        (place / "package.json").write_text("{}")
        _run(["npm", "install", "--silent", "--prefix", str(place), FEELIN])
    script = shutil.copy(HERE / "feelin_parse.mjs", place)
    return float(_run(["node", str(script)], standard_input))


def _run(command: Sequence[str], standard_input: str = "") -> str:
    return subprocess.run(command, input=standard_input, capture_output=True, text=True, check=True).stdout
