"""One contract, kept by the fake store and by the adapter over (moto's) DynamoDB alike."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError

from contract.tables import INSTANCES, WAITS
from functions.runtime.aws.store import DynamoStore, _raise_unless_contention
from functions.runtime.ports import Store
from functions.runtime.records import (
    ABSENT,
    PRESENT,
    Check,
    Condition,
    ConditionFailedError,
    ContentionError,
    Delete,
    Put,
    Update,
)
from tests.functions.fakes import FakeStore
from tests.functions.runtime.cloud import cloud
from tests.functions.steps import Steps


@pytest.fixture(params=["fake", "aws"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "fake":
        yield FakeStore(Steps())
        return
    with cloud(WAITS, INSTANCES) as ports:
        yield ports.store


def wait(sk: str, **more: Any) -> dict[str, Any]:
    return {"pk": "i1", "sk": sk, **more}


def test_values_come_back_as_they_went_in(store: Store) -> None:
    item = wait("a", text="żółć", number=7, exact=0.1, big=Decimal("12345678901234567890.5"), yes=True, none=None)
    item |= {"list": [1, "2", [0.25]], "map": {"a": "", "né": [None]}, "empty": ""}
    store.write(Put(WAITS, item))
    assert store.get(WAITS, "i1", "a") == {**item, "exact": Decimal("0.1"), "list": [1, "2", [Decimal("0.25")]]}
    assert store.get(WAITS, "i1", "b") is None


def test_all_or_nothing_and_who_refused(store: Store) -> None:
    store.write(Put(WAITS, wait("a", token="t")))
    with pytest.raises(ConditionFailedError) as refused:
        store.write(
            Put(WAITS, wait("b"), when=ABSENT),
            Update(WAITS, "i1", "a", set={"answer": "x"}, when=Condition(missing=("token",))),
            Check(WAITS, "i1", "z", when=PRESENT),
        )
    assert refused.value.failed == (1, 2)
    assert store.get(WAITS, "i1", "b") is None
    assert store.get(WAITS, "i1", "a") == wait("a", token="t")


def test_a_single_write_keeps_its_condition(store: Store) -> None:
    store.write(Put(WAITS, wait("a", status="open"), when=ABSENT))
    for refused in (
        Put(WAITS, wait("a"), when=ABSENT),
        Update(WAITS, "i1", "none", set={"x": 1}, when=PRESENT),
        Delete(WAITS, "i1", "a", when=Condition(equals={"status": "closed"})),
        Check(WAITS, "i1", "a", when=ABSENT),
    ):
        with pytest.raises(ConditionFailedError) as error:
            store.write(refused)
        assert error.value.failed == (0,)
    store.write(Delete(WAITS, "i1", "gone"))
    store.write(Delete(WAITS, "i1", "a", when=Condition(equals={"status": "open"})))
    assert store.get(WAITS, "i1", "a") is None


def test_update_sets_adds_removes_and_creates(store: Store) -> None:
    store.write(Put(WAITS, wait("a", draft="d", name="old")))
    store.write(Update(WAITS, "i1", "a", set={"name": "new"}, add={"count": 2}, remove=("draft", "never")))
    store.write(Update(WAITS, "i1", "a", add={"count": 3}), Update(WAITS, "i1", "b", add={"count": 1}))
    assert store.get(WAITS, "i1", "a") == wait("a", name="new", count=5)
    assert store.get(WAITS, "i1", "b") == wait("b", count=1)


def test_pages_tell_where_they_end(store: Store) -> None:
    for n in range(5):
        store.write(Put(WAITS, wait(f"wait#{n}", kind="user", since=f"2026-0{n + 1}")))
    store.write(Put(WAITS, wait("other")))
    seen, cursor = [], ""
    while True:
        page = store.query(WAITS, "i1", prefix="wait#", limit=2, cursor=cursor)
        seen.append([i["sk"] for i in page.items])
        if not (cursor := page.cursor):
            break
    assert seen == [["wait#0", "wait#1"], ["wait#2", "wait#3"], ["wait#4"]]
    assert store.query(WAITS, "i1", prefix="wait#", limit=5).cursor == ""
    newest = store.query(WAITS, "user", index="byKind", limit=2, newest_first=True)
    assert [i["since"] for i in newest.items] == ["2026-05", "2026-04"]
    rest = store.query(WAITS, "user", index="byKind", newest_first=True, cursor=newest.cursor)
    assert [i["since"] for i in rest.items] == ["2026-03", "2026-02", "2026-01"]
    between = store.query(WAITS, "user", index="byKind", between=("2026-02", "2026-03"))
    assert [i["since"] for i in between.items] == ["2026-02", "2026-03"]


def test_a_foreign_cursor_is_refused(store: Store) -> None:
    for n in range(3):
        store.write(Put(WAITS, wait(f"{n}", kind="user", since="1")))
    other = store.query(WAITS, "user", index="byKind", limit=1).cursor
    for cursor in ("x", "ä", "W10", "bm9uc2Vuc2U", other):
        with pytest.raises(ValueError, match="cursor"):
            store.query(WAITS, "i1", limit=1, cursor=cursor)
    with pytest.raises(ValueError, match="cursor"):
        store.query(WAITS, "job", index="byKind", limit=1, cursor=other)


def test_many_items_are_read_together(store: Store) -> None:
    for n in range(150):
        store.write(Put(WAITS, wait(f"{n:03}", kind="user", since="1")))
    item = wait("000", kind="user", since="1")
    keys = [(item["pk"], wait(f"{n:03}")["sk"]) for n in range(-1, 150)]
    found = store.get_many(WAITS, keys)
    assert found.keys() == set(keys[1:]) and found[item["pk"], item["sk"]]["since"] == "1"
    assert store.get_many(WAITS, []) == {}


def test_what_a_table_leaves_undone_is_asked_again() -> None:
    pauses: list[float] = []
    asked: list[int] = []

    class Slow:
        def batch_get_item(self, RequestItems: Any) -> Any:  # noqa: N803
            keys = RequestItems["waits"]["Keys"]
            asked.append(len(keys))
            done = [] if len(asked) == 2 else keys[:60]
            left = keys[len(done) :]
            more = {"UnprocessedKeys": {"waits": {"Keys": left}}} if left else {}
            return {"Responses": {"waits": done}, **more}

    store = _over(Slow(), pauses)
    assert len(store.get_many(WAITS, [("i", str(n)) for n in range(130)])) == 130
    assert (asked, len(pauses)) == ([100, 40, 40, 30], 1)


def _over(dynamodb: Any, pauses: list[float]) -> Store:
    class Clients:
        pass

    class Names:
        def table(self, table: Any) -> str:
            return str(table.name)

    clients: Any = Clients()
    clients.dynamodb = dynamodb
    names: Any = Names()
    return DynamoStore(clients, names, pauses.append)


def cancelled(*codes: str) -> ClientError:
    reasons = [{"Code": code} for code in codes]
    answer: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    return ClientError(answer, "TransactWriteItems")


def test_contention_is_tried_again_and_then_told() -> None:
    tries: list[float] = []

    class Busy:
        def transact_write_items(self, **_: Any) -> None:
            raise cancelled("None", "TransactionConflict")

    busy = _over(Busy(), tries)
    with pytest.raises(ContentionError):
        busy.write(Put(WAITS, wait("a")), Put(WAITS, wait("b")))
    assert tries == sorted(tries) and len(tries) == 5


def test_reasons_of_a_cancelled_transaction() -> None:
    with pytest.raises(ConditionFailedError) as refused:
        _raise_unless_contention(cancelled("None", "ConditionalCheckFailed", "TransactionConflict"))
    assert refused.value.failed == (1,)
    _raise_unless_contention(cancelled("None", "ThrottlingError"))
    with pytest.raises(ClientError):
        _raise_unless_contention(cancelled("ValidationError", "None"))
