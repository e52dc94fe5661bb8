"""The command line `dpc`: its arguments. What a command does is in `commands/`, loaded when it is asked for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit with its status."""
    options = parser().parse_args(arguments)
    command = import_module(f"local.commands.{options.command.replace('-', '_')}")
    sys.exit(command.run(options))


def parser() -> argparse.ArgumentParser:
    """All commands and their arguments."""
    top = argparse.ArgumentParser(prog="dpc", description="Digital Product Center on your machine.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _up(commands.add_parser("up", help="start the local platform"))
    _compile(commands.add_parser("compile", help="compile a BPMN file"))
    _check(commands.add_parser("check", help="validate a product bundle as publishing would"))
    _test(commands.add_parser("test", help="run the scenarios of a product bundle"))
    _decide(commands.add_parser("decide", help="evaluate a decision of a DMN file"))
    _feel(commands.add_parser("feel", help="evaluate a FEEL expression"))
    _synth(commands.add_parser("synth", help="write the CloudFormation of a tenant"))
    _rebuild(commands.add_parser("rebuild", help="make a tenant's read model on AWS anew"))
    return top


def _up(command: argparse.ArgumentParser) -> None:
    command.add_argument("--port", type=int, default=8080, help="the port to listen on (8080)")
    kept = command.add_mutually_exclusive_group()
    kept.add_argument("--data", type=Path, help="the directory that keeps the data (.dpc/<tenant>)")
    kept.add_argument("--memory", action="store_true", help="keep nothing on disk")
    command.add_argument("--clock", choices=("real", "virtual"), default="real", help="virtual: moved over HTTP only")
    command.add_argument("--no-seed", dest="seed", action="store_false", help="start empty")
    command.add_argument("--no-console", dest="console", action="store_false", help="serve no page at /")
    command.add_argument("--tenant", default="demo", help="the tenant of tenants/<name>.yaml (demo)")


def _compile(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, metavar="FILE.bpmn")
    command.add_argument(
        "--with",
        dest="folder",
        type=Path,
        metavar="DIR",
        help="DMN files and forms that belong to it; else the DMN files beside it",
    )
    command.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where to write (here)")
    command.add_argument("--format", choices=("text", "json"), default="text")


def _check(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", type=Path, metavar="DIR")
    command.add_argument("--tenant", default="demo", help="whose connections count (demo)")


def _test(command: argparse.ArgumentParser) -> None:
    command.add_argument("path", type=Path, metavar="DIR_OR_FILE", help="a bundle, or one of its scenarios")


def _decide(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=Path, metavar="FILE.dmn")
    command.add_argument("decision", metavar="DECISION", help="its id or name")
    command.add_argument("--input", type=Path, required=True, metavar="FILE.json")
    command.add_argument("--explain", action="store_true", help="say which rules matched, and why others did not")
    command.add_argument("--strict", action="store_true", help="fail where there are warnings")


def _feel(command: argparse.ArgumentParser) -> None:
    command.add_argument("expression", metavar="EXPR")
    command.add_argument("--context", default="{}", metavar="JSON", help="the variables")
    command.add_argument("--jsonata", action="store_true", help="show the translation to JSONata")
    command.add_argument("--strict", action="store_true", help="fail where there are warnings")


def _synth(command: argparse.ArgumentParser) -> None:
    command.add_argument("tenant", nargs="?", default="demo", metavar="TENANT")


def _rebuild(command: argparse.ArgumentParser) -> None:
    command.add_argument("tenant", metavar="TENANT")
    command.add_argument("--execution", default="*", metavar="ARN", help="of one instance: its main execution (all)")
