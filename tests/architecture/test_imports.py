"""Imports run one way, AWS appears only where it belongs, and nothing happens at import."""

import ast

import pytest

from tests.architecture.sources import PACKAGES, Source, sources

MAY_IMPORT = {
    "contract": set(),
    "state_machines": set(),
    "catalogue": {"contract", "state_machines"},
    "functions": {"contract", "state_machines", "catalogue"},
    "infra": {"contract", "state_machines", "catalogue", "functions"},
    "local": {"contract", "state_machines", "catalogue", "functions", "infra"},
    "benchmarks": set(PACKAGES) | {"tests"},
}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_run_one_way(package: str) -> None:
    ours = set(PACKAGES) | {"tests"}
    wrong = {
        f"{s.path} imports {name}"
        for s in sources()
        if s.package == package
        for name in s.imports
        if (top := name.split(".")[0]) in ours and top != package and top not in MAY_IMPORT[package]
    }
    assert not wrong


def test_local_and_infra_meet_only_in_the_command_that_synthesises() -> None:
    meeting = {s.path for s in sources() if s.package == "local" and any(i.split(".")[0] == "infra" for i in s.imports)}
    assert all(path.startswith("local/commands/") for path in meeting)


def test_aws_appears_only_where_it_belongs() -> None:
    def outside(s: Source, names: set[str], places: tuple[str, ...]) -> bool:
        return not s.path.startswith(places) and bool({i.split(".")[0] for i in s.imports} & names)

    aws = {"boto3", "botocore"}
    places = ("functions/runtime/aws/", "local/", "benchmarks/")
    assert [s.path for s in sources() if outside(s, aws, places)] == []
    assert [s.path for s in sources() if outside(s, {"aws_cdk", "constructs", "cdk_nag"}, ("infra/",))] == []
    assert [s.path for s in sources() if outside(s, {"moto"}, ("local/", "benchmarks/"))] == []


def test_the_language_layer_reads_no_clock_and_no_chance() -> None:
    forbidden = {"random", "secrets", "time", "uuid", "os", "socket", "subprocess"}
    wrong = {
        f"{s.path}: {name}"
        for s in sources()
        if s.package in ("state_machines", "contract")
        for name in s.imports
        if name.split(".")[0] in forbidden
    }
    assert not wrong
    calls = [
        f"{s.path}:{node.lineno}"
        for s in sources()
        if s.package == "state_machines"
        for node in ast.walk(s.tree)
        if isinstance(node, ast.Attribute) and node.attr in ("utcnow", "today") and _is_datetime(node.value)
    ]
    assert not calls


def _is_datetime(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("datetime", "date")


def test_nothing_is_connected_or_read_at_import() -> None:
    wrong = []
    for source in sources():
        for statement in source.tree.body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.If):
                continue
            for node in ast.walk(statement):
                name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
                if name in ("boto3.client", "boto3.resource", "boto3.Session", "os.getenv") or name.startswith(
                    "os.environ"
                ):
                    wrong.append(f"{source.path}:{statement.lineno}")
    assert not wrong
