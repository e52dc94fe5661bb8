"""Builds the console into console/dist, if its sources changed since the last build."""

import hashlib
import subprocess
import sys
import time
from pathlib import Path

from toolchain.node import node_environment

CONSOLE = Path(__file__).resolve().parent.parent / "console"
_SKIPPED = {"node_modules", "dist", "test-results", "tests", "openapi.d.ts"}


def build_console() -> None:
    """Build unless `dist` holds the same sources already. Raises `CalledProcessError` if npm fails."""
    stamp, sources = CONSOLE / "dist" / ".sources", _fingerprint()
    if stamp.exists() and stamp.read_text() == sources:
        return
    environment, started = node_environment(), time.monotonic()
    for words, step in (
        ("Fetching the console's packages ...", ["ci"]),
        ("Building the console ...", ["run", "build"]),
    ):
        print(words, flush=True)
        options = ["--no-audit", "--no-fund", "--loglevel=error"] if step == ["ci"] else ["--silent"]
        subprocess.run(["npm", *step, *options], cwd=CONSOLE, env=environment, check=True)
    stamp.write_text(sources)
    print(f"Console built in {time.monotonic() - started:.0f} s.", flush=True)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    files = (p for p in sorted(CONSOLE.rglob("*")) if not _SKIPPED & set(p.relative_to(CONSOLE).parts))
    for path in filter(Path.is_file, files):
        digest.update(str(path.relative_to(CONSOLE)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    try:
        build_console()
    except (subprocess.CalledProcessError, OSError) as error:
        sys.exit(f"The console could not be built: {error}")
