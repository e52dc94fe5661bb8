"""Imports run one way, AWS appears only where it belongs, and nothing happens at import."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import PACKAGES, Source, sources

MAY_IMPORT: dict[str, set[str]] = {
    "toolchain": set(),
    "contract": set(),
    "state_machines": set(),
    "catalogue": {"contract", "state_machines"},
    "functions": {"contract", "state_machines", "catalogue"},
    "infra": {"contract", "state_machines", "catalogue", "functions", "toolchain"},
    "local": {"contract", "state_machines", "catalogue", "functions", "infra", "toolchain"},
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
    forbidden = {"secrets", "time", "os", "socket", "subprocess"}
    wrong = {
        f"{s.path}: {name}"
        for s in sources()
        if s.package in ("state_machines", "contract")
        for name in s.imports
        if name.split(".")[0] in forbidden
    }
    assert not wrong
    calls = [
        f"{s.path}:{node.lineno} {ast.unparse(node.func)}"
        for s in sources()
        if s.package in ("state_machines", "contract")
        for node in ast.walk(s.tree)
        if isinstance(node, ast.Call) and _is_by_chance(node)
    ]
    assert not calls


def _is_by_chance(call: ast.Call) -> bool:
    """Whether two runs would get two answers: the time of day, an id of its own, a generator without a seed."""
    match call.func:
        case ast.Attribute(attr="utcnow" | "today" | "now", value=ast.Name(id="datetime" | "date")):
            return True
        case ast.Attribute(attr=name, value=ast.Name(id="uuid")):
            return name in ("uuid1", "uuid4")
        case ast.Attribute(attr="Random", value=ast.Name(id="random")) | ast.Name(id="Random"):
            return not call.args
        case ast.Attribute(value=ast.Name(id="random")) | ast.Name(id="uuid1" | "uuid4" | "SystemRandom"):
            return True
    return False


@pytest.mark.parametrize(
    "code",
    [
        "datetime.now()",
        "date.today()",
        "uuid.uuid4()",
        "uuid1()",
        "random.random()",
        "random.Random()",
        "random.seed(1)",
    ],
)
def test_chance_is_recognised(code: str) -> None:
    call = ast.parse(code, mode="eval").body
    assert isinstance(call, ast.Call)
    assert _is_by_chance(call)


@pytest.mark.parametrize("code", ["uuid.UUID(bytes=digest)", "uuid5(space, name)", "random.Random(7)", "clock.now()"])
def test_what_repeats_itself_is_let_through(code: str) -> None:
    call = ast.parse(code, mode="eval").body
    assert isinstance(call, ast.Call)
    assert not _is_by_chance(call)


def test_nothing_is_connected_or_read_at_import() -> None:
    wrong = [
        f"{source.path}:{node.lineno} {ast.unparse(node)}"
        for source in sources()
        for statement in source.tree.body
        for node in _run_at_import(statement)
        if isinstance(node, ast.Attribute)
        and ast.unparse(node) in ("boto3.client", "boto3.resource", "boto3.Session", "os.getenv", "os.environ")
    ]
    assert not wrong


def _run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Everything but the bodies of functions, and of what runs only when the module is the program."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return
    if isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'":
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _run_at_import(child)
