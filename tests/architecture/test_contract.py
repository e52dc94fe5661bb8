"""Nothing in the contract is idle: functions use every name, the stack holds it, and every route has one function."""

from collections import Counter
from inspect import isfunction
from types import ModuleType

from contract import buckets, events, names, queues, rights, routes, tables
from functions.specs import ALL
from tests.architecture.sources import sources


def test_every_route_is_served_once() -> None:
    served = Counter(route.key for spec in ALL for route in spec.routes)
    assert served == Counter(route.key for route in routes.ALL)


def test_every_queue_has_one_reader() -> None:
    assert Counter(q.name for spec in ALL for q in spec.queues) == Counter(q.name for q in queues.ALL)


def test_every_stream_has_a_reader() -> None:
    read = {t.name for spec in ALL for t in spec.streams}
    assert read == {t.name for t in tables.ALL if t.stream}


def test_every_table_and_bucket_is_needed_by_a_function() -> None:
    needed = {(r.kind, r.resource) for spec in ALL for r in spec.rights}
    assert {t.name for t in tables.ALL} <= {name for kind, name in needed if kind == "table"}
    assert {b.name for b in buckets.ALL} <= {name for kind, name in needed if kind == "bucket"}


def test_every_index_is_queried() -> None:
    queried = {(r.resource, r.part) for spec in ALL for r in spec.rights if "dynamodb:Query" in r.actions}
    assert {(t.name, i.name) for t in tables.ALL for i in t.indexes} <= queried


def test_every_event_is_emitted_by_a_function() -> None:
    names = {name for name, value in vars(events).items() if isinstance(value, events.Event)}
    used = {i.rsplit(".", 1)[-1] for s in sources() if s.package == "functions" for i in s.imports}
    text = "\n".join(_text(s.path) for s in sources() if s.package == "functions")
    assert [n for n in sorted(names) if f"events.{n}" not in text and n not in used] == []


def _text(path: str) -> str:
    from tests.architecture.sources import ROOT

    return (ROOT / path).read_text()


def test_every_name_of_the_contract_is_used_by_infra_and_by_a_function() -> None:
    """By name, or by all of a kind: infra walks over `tables.ALL`, and so uses each table."""
    unused = [
        f"{module.__name__}.{name} by {package}"
        for module, kinds in ((names, _functions(names)), (rights, _functions(rights)))
        for name in kinds
        for package in ("infra", "functions")
        if not _uses(package, module.__name__.rpartition(".")[2], name)
        and (package, module.__name__, name) not in _ONE_SIDED
    ]
    assert unused == []
    for collection in (tables, queues, buckets, events):
        assert _uses("infra", collection.__name__.rpartition(".")[2], "ALL"), collection


_ONE_SIDED = {
    # What a stack is called concerns nobody that runs in it.
    ("functions", "contract.names", "stack"),
}


def _functions(module: ModuleType) -> list[str]:
    return [name for name, value in vars(module).items() if isfunction(value) and value.__module__ == module.__name__]


def _uses(package: str, module: str, name: str) -> bool:
    """Rights are used by infra as values of the specs; all else by its name."""
    if (package, module) == ("infra", "rights"):
        return True
    wanted = {f"contract.{module}.{name}"}
    return any(wanted & s.imports or f"{module}.{name}" in _text(s.path) for s in sources() if s.package == package)
