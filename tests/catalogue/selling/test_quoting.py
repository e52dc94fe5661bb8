"""Configure, price, quote: rules of products and packages, totals, discounts and their approval, validity."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.kinds.promotion import Promotion
from catalogue.problems import Problem
from catalogue.selling.configuration import Configuration, Discount, Wish
from catalogue.selling.quoting import Customer, Quotation, quote
from tests.catalogue.selling.assortments import Shop, package, product
from tests.effort import effort

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MONTH = timedelta(days=30)
D = Decimal
CUSTOMER = Customer({}, "web", NOON)


def asked(shop: Shop, *lines: Wish, package: str = "") -> Quotation | tuple[Problem, ...]:
    return quote(Configuration(lines, package), shop, CUSTOMER, lasts=MONTH)


def quoted(shop: Shop, *lines: Wish, package: str = "") -> Quotation:
    found = asked(shop, *lines, package=package)
    assert isinstance(found, Quotation), found
    return found


def problems(shop: Shop, *lines: Wish, package: str = "") -> set[tuple[str, str]]:
    found = asked(shop, *lines, package=package)
    assert isinstance(found, tuple), found
    return {(problem.code, problem.pointer) for problem in found}


ACCOUNT = product("account")
CARD = product("card", relations=[{"type": "requires", "product": "account"}])
RIVAL = product("rival", relations=[{"type": "excludes", "product": "account"}])
SHOP = Shop((ACCOUNT, CARD, RIVAL))


def test_lines_and_totals() -> None:
    found = quoted(SHOP, Wish("account", 2), Wish("card", 3))
    assert [(line.product, line.count, line.totals.once["PLN"].gross) for line in found.lines] == [
        ("account", 2, D("200.00")),
        ("card", 3, D("300.00")),
    ]
    assert found.totals.once["PLN"].gross == D("500.00")
    assert (found.approvals, found.promotions, found.valid_until) == ((), (), NOON + MONTH)


def test_prices_depend_on_what_is_chosen() -> None:
    phone = product(
        "phone",
        variants=[{"id": "small", "name": {"en": "S"}}, {"id": "large", "name": {"en": "L"}}],
        features=[
            {"id": "colour", "kind": "choice", "value": ["red", "gold"]},
            {"id": "storage", "kind": "range", "value": {"min": 64, "max": 512}},
            {"id": "plug", "kind": "choice", "value": ["eu"]},
        ],
        prices=[
            {
                "id": "fee",
                "name": {"en": "Fee"},
                "type": "oneOff",
                "currency": "PLN",
                "value": '= (if configuration.variant = "large" then 1000 else 500) + configuration.storage'
                ' + (if configuration.colour = "gold" then 99 else 0) + (if configuration.count >= 10 then -50 else 0)'
                ' + (if configuration.plug = "eu" then 0.5 else 0)',
            }
        ],
    )
    found = quoted(Shop((phone,)), Wish("phone", 10, "large", {"colour": "gold", "storage": 128}))
    assert found.lines[0].prices.amounts() == {"fee": D("1177.50")}
    assert found.totals.once["PLN"].gross == D("11775.00")
    assert found.lines[0].configuration == {
        "variant": "large",
        "count": D(10),
        "colour": "gold",
        "storage": D(128),
        "plug": "eu",
    }
    wrong = (
        Wish("phone", 1, "medium", {"colour": "blue"}),
        Wish("phone", 1, "small", {"colour": "blue", "storage": 9, "x": 1}),
    )
    assert problems(Shop((phone,)), *wrong) == {
        ("QUOTE-003", "/lines/0/variant"),
        ("QUOTE-004", "/lines/1/features/colour"),
        ("QUOTE-004", "/lines/1/features/storage"),
        ("QUOTE-004", "/lines/1/features/x"),
    }  # fmt: skip


def test_a_calculator_s_inputs_are_checked_priced_and_simulated() -> None:
    amount = {
        "id": "amount",
        "name": {"en": "Amount"},
        "kind": "money",
        "min": 1000,
        "default": "= features.usual_amount",
    }
    result = {"id": "cost", "name": {"en": "Cost"}, "value": "= prices.fee + amount", "currency": "PLN"}
    fee = {
        "id": "fee",
        "name": {"en": "Fee"},
        "type": "oneOff",
        "currency": "PLN",
        "value": "= configuration.amount / 50",
    }
    calculator = {"id": "calc", "name": {"en": "C"}, "inputs": [amount], "results": [result]}
    usual = {"id": "usual-amount", "kind": "money", "value": 5000}
    shop = Shop((product("loan", calculators=[calculator], prices=[fee], features=[usual]),))
    line = quoted(shop, Wish("loan", inputs={"calc": {"amount": 2000}})).lines[0]
    assert (line.prices.amounts(), line.simulations["calc"].values()) == ({"fee": D("40.00")}, {"cost": D("2040.00")})
    assert quoted(shop, Wish("loan", inputs={"calc": {}})).lines[0].prices.amounts() == {"fee": D("100.00")}
    assert problems(shop, Wish("loan", inputs={"calc": {"amount": 1, "x": 2}, "other": {}})) == {
        ("QUOTE-011", "/lines/0/inputs/calc/amount"),
        ("QUOTE-011", "/lines/0/inputs/calc/x"),
        ("QUOTE-011", "/lines/0/inputs/other"),
    }


def test_what_is_not_offered_is_not_quoted_and_everything_is_told_at_once() -> None:
    shop = Shop(SHOP.products, refused={"account": "Only for adults."})
    assert problems(shop, Wish("nothing"), Wish("account", 20_000), Wish("card"), package="none") == {
        ("QUOTE-001", "/package"),
        ("QUOTE-001", "/lines/0/product"),
        ("QUOTE-002", "/lines/1/product"),
        ("QUOTE-006", "/lines/1/count"),
    }
    assert problems(SHOP) == problems(SHOP, Wish("account", 0)) == {("QUOTE-013", "/lines")}
    assert problems(SHOP, *[Wish("account")] * 101) == {("QUOTE-013", "/lines")}


@pytest.mark.parametrize(
    ("wanted", "held", "expected"),
    [
        (["card"], [], {("QUOTE-009", "/lines/0/product")}),
        (["card", "account"], [], None),
        (["card"], ["account"], None),
        (["account", "rival"], [], {("QUOTE-010", "/lines/1/product")}),
        (["rival", "account"], [], {("QUOTE-010", "/lines/0/product")}),
        (["account"], ["rival"], {("QUOTE-010", "/lines/0/product")}),
        (["rival"], ["account"], {("QUOTE-010", "/lines/0/product")}),
        (["card"], ["account", "rival"], None),
    ],
)
def test_what_requires_and_excludes_what(wanted: list[str], held: list[str], expected: Any) -> None:
    found = asked(Shop(SHOP.products, held=held), *map(Wish, wanted))
    told = {(problem.code, problem.pointer) for problem in found} if isinstance(found, tuple) else None
    assert told == expected


BUNDLE = package(
    "bundle",
    [
        {"product": "account", "minimum": 1, "default": 1},
        {"product": "card", "maximum": 3},
        {"product": "gold", "maximum": 3},
    ],
    groups=[{"id": "cards", "name": {"en": "Cards"}, "products": ["card", "gold"], "minimum": 1, "maximum": 2}],
    changes=[{"product": "account", "effect": "set", "value": 0}],
)
BANK = Shop((ACCOUNT, CARD, product("gold"), RIVAL), (BUNDLE,))


def test_a_package_brings_its_usual_components_and_changes_prices() -> None:
    found = quoted(BANK, Wish("card", 2), package="bundle")
    assert [(line.number, line.product, line.count) for line in found.lines] == [(0, "card", 2), (None, "account", 1)]
    assert found.totals.once["PLN"].gross == D("200.00")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], {("QUOTE-008", "/package")}),
        ([Wish("card", 1), Wish("gold", 2)], {("QUOTE-008", "/package")}),
        ([Wish("card", 4)], {("QUOTE-006", "/lines/0/count"), ("QUOTE-008", "/package")}),
        (
            [Wish("account", 0), Wish("gold")],
            {("QUOTE-005", "/lines/0/count")},
        ),
        ([Wish("gold"), Wish("rival")], {("QUOTE-007", "/lines/1/product"), ("QUOTE-010", "/lines/1/product")}),
    ],
)
def test_rules_of_a_package(lines: list[Wish], expected: set[tuple[str, str]]) -> None:
    assert problems(BANK, *lines, package="bundle") == expected


LIMITED = product("account", discountLimit=10)


def test_a_discount_above_the_limit_needs_approval() -> None:
    shop = Shop((LIMITED,))
    ten = quoted(shop, Wish("account", discounts=(Discount("loyal", D(10)),)))
    assert (ten.approvals, ten.totals.once["PLN"].gross) == ((), D("90.00"))
    more = quoted(shop, Wish("account", 2, discounts=(Discount("loyal", D(10)), Discount("asked", amount=D("0.01")))))
    assert more.totals.once["PLN"].gross == D("179.98")
    needed = more.approvals[0]
    assert (needed.line, needed.price, needed.percent, needed.limit, needed.reasons) == (
        0,
        "fee",
        D("10.01"),
        10,
        ("loyal", "asked"),
    )
    told = [(step.kind, step.amount, step.details["reason"]) for step in more.lines[0].prices.items[0].steps[1:]]
    assert told == [("discount", D("-10.00"), "loyal"), ("discount", D("-0.01"), "asked")]
    assert quoted(Shop((ACCOUNT,)), Wish("account", discounts=(Discount("x", D("0.01")),))).approvals[0].limit is None


@pytest.mark.parametrize(
    "discount",
    [
        Discount(" ", D(5)),
        Discount("x"),
        Discount("x", D(5), D(5)),
        Discount("x", D(101)),
        Discount("x", amount=D(0)),
        Discount("x", D(5), price="other"),
    ],
)
def test_discounts_that_are_none(discount: Discount) -> None:
    assert problems(SHOP, Wish("account", discounts=(discount,))) == {("QUOTE-012", "/lines/0/discounts/0")}


def test_a_quote_holds_no_longer_than_what_it_is_made_of() -> None:
    ends = [datetime(2026, 3, day, tzinfo=UTC) for day in (20, 10, 5)]
    fee = {"id": "fee", "name": {"en": "Fee"}, "type": "oneOff", "value": 100, "currency": "PLN"}
    timed = product("timed", channels={"web": {"until": ends[0].isoformat()}}, prices=[fee])
    change = {"effect": "percentOff", "value": 10}
    spring = Promotion.model_validate(
        {"id": "spring", "name": {"en": "S"}, "valid": {"until": ends[1].isoformat()}, "changes": [change]}
    )
    assert quoted(Shop((timed,)), Wish("timed")).valid_until == ends[0]
    promoted = quoted(Shop((timed,), promotions=(spring,)), Wish("timed"))
    assert (promoted.valid_until, promoted.promotions) == (ends[1], ("spring",))
    short = product("timed", prices=[fee | {"valid": {"until": ends[2].isoformat()}}])
    assert quoted(Shop((short,), promotions=(spring,)), Wish("timed")).valid_until == ends[2]


PRICES = st.builds(
    lambda index, value, type_, included, rate: (
        {
            "id": f"p{index}",
            "name": {"en": "P"},
            "type": type_,
            "value": value,
            "currency": "PLN",
            "tax": {"name": {"en": "VAT"}, "rate": rate, "included": included},
        }
        | ({"period": "P1M"} if type_ == "recurring" else {})
    ),
    st.integers(0, 99),
    st.decimals(0, 10_000, places=4),
    st.sampled_from(["oneOff", "recurring"]),
    st.booleans(),
    st.sampled_from([0, 5, 8, 23]),
)
DISCOUNTS = st.lists(
    st.one_of(
        st.builds(lambda percent: Discount("x", percent), st.decimals("0.01", 100, places=2)),
        st.builds(lambda amount: Discount("x", amount=amount), st.decimals("0.01", 20_000, places=2)),
    ),
    max_size=3,
).map(tuple)
LINES = st.tuples(st.lists(PRICES, max_size=3, unique_by=lambda price: price["id"]), st.integers(1, 50), DISCOUNTS)


@given(st.lists(LINES, min_size=1, max_size=4))
@effort(80)
def test_the_total_is_the_sum_of_the_lines_and_no_price_is_negative(lines: list[Any]) -> None:
    products = tuple(product(f"x{index}", prices=prices) for index, (prices, _, _) in enumerate(lines))
    wishes = [Wish(f"x{index}", count, discounts=discounts) for index, (_, count, discounts) in enumerate(lines)]
    found = quoted(Shop(products), *wishes)
    for name in ("net", "tax", "gross"):
        for of in ("once", "periodic"):
            parts = [getattr(sum_, name) for line in found.lines for sum_ in getattr(line.totals, of).values()]
            assert sum(parts) == sum(getattr(sum_, name) for sum_ in getattr(found.totals, of).values())
    for line, wish in zip(found.lines, wishes, strict=True):
        for item in line.prices.items:
            assert 0 <= item.amount == sum(step.amount for step in item.steps)
            assert item.taxed is not None
            assert item.taxed.net + item.taxed.tax == item.taxed.gross
            taken = item.base - item.amount
            asked_for_approval = any(
                each.price == item.price.id and each.line == line.number for each in found.approvals
            )
            assert asked_for_approval is (bool(wish.discounts) and taken > 0)


@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), unique=True, min_size=1), st.data())
@effort(80)
def test_excluding_is_symmetric_whoever_says_so(wanted: list[str], data: Any) -> None:
    pairs = data.draw(
        st.sets(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")).filter(lambda p: p[0] != p[1]))
    )

    def shop(stated: set[tuple[str, str]]) -> Shop:
        related = {id_: [{"type": "excludes", "product": b} for a, b in stated if a == id_] for id_ in "abcd"}
        return Shop(tuple(product(id_, relations=related[id_]) for id_ in "abcd"))

    def refused(stated: set[tuple[str, str]]) -> set[str]:
        found = asked(shop(stated), *map(Wish, wanted))
        return {problem.message for problem in found} if isinstance(found, tuple) else set()

    there = [pair for pair in pairs if set(pair) <= set(wanted)]
    assert len(refused(pairs)) == len({frozenset(pair) for pair in there})
    assert bool(refused(pairs)) is bool(refused({(b, a) for a, b in pairs}))
