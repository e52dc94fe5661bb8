"""Nothing in the contract is idle: every name is used by a function and reaches the stack; every route has one function."""

from collections import Counter

from contract import buckets, events, queues, routes, tables
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
