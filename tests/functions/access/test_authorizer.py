"""Who passes the authorizer: with a case link, with a token of the user pool, and nobody else."""

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from contract import routes, tables
from contract.functions import FunctionSpec
from functions.access.authorizer import Authorizer, Unauthorized
from functions.access.pool import PoolUnavailableError, TokenChecker
from functions.access.spec import SPEC
from functions.access.tokens import seal
from functions.runtime.calls import LinkGrant
from functions.runtime.http import read_caller
from functions.runtime.ports import Ports, WebAnswer, WebUnavailableError
from functions.runtime.records import Put, Update
from tests.functions.fakes import World

ISSUER = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_demo"
KEY = RSAKey.generate_key(2048, {"kid": "k1"})
OTHER = RSAKey.generate_key(2048, {"kid": "k1"})
NEXT = RSAKey.generate_key(2048, {"kid": "k2"})
NOW = 1_795_000_000


class Pool:
    """The authorizer over a world whose pool publishes some keys, at some time."""

    def __init__(self) -> None:
        self.world = World()
        self.seconds = float(NOW)
        self.authorizer = Authorizer(TokenChecker(lambda: self.seconds))
        self.publish(KEY)

    def publish(self, *keys: RSAKey) -> None:
        body = json.dumps({"keys": [key.as_dict(private=False) for key in keys]}).encode()
        self.world.web.answers = [WebAnswer(200, {}, body)] * 3

    def ports(self, spec: FunctionSpec = SPEC) -> Ports:
        ports = self.world.ports(spec)
        return replace(ports, settings=replace(ports.settings, token_issuer=ISSUER))

    def ask(self, authorization: str | None, route: routes.Route = routes.GET_TASK) -> Mapping[str, Any]:
        headers = {} if authorization is None else {"authorization": authorization}
        event = {"version": "2.0", "type": "REQUEST", "routeKey": route.key, "headers": headers}
        return self.authorizer(self.ports(), event)

    def refuses(self, authorization: str | None) -> bool:
        with pytest.raises(Unauthorized, match=r"^Unauthorized$"):
            self.ask(authorization)
        return True


@pytest.fixture
def pool() -> Pool:
    return Pool()


def token(key: RSAKey = KEY, header: dict[str, Any] | None = None, **claims: Any) -> str:
    said = {"sub": "s1", "username": "anna", "cognito:groups": ["back-office"], "scope": "tasks:read tasks:work",
            "iss": ISSUER, "token_use": "access", "iat": NOW, "exp": NOW + 3600, **claims}  # fmt: skip
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": key.kid, **(header or {})}, said, key)


def link(pool: Pool, task: str = "", **record: Any) -> str:
    world = pool.world
    expires = world.clock.now().replace(year=2027)
    item = {"pk": "l1", "sk": "-", "instanceId": "i1", "taskId": task, "expiresAt": int(expires.timestamp()), **record}
    world.store.write(Put(tables.LINKS, item))
    return "Bearer " + seal(world.signer, LinkGrant("l1", "i1", task), expires)


def test_a_good_token_with_the_scope_passes_with_its_claims(pool: Pool):
    answer = pool.ask(f"Bearer {token()}")
    assert answer["isAuthorized"] is True
    caller = read_caller({"lambda": answer["context"]})
    assert (caller.user, caller.groups, caller.scopes) == ("anna", {"back-office"}, {"tasks:read", "tasks:work"})


def test_a_good_token_without_the_scope_does_not(pool: Pool):
    assert pool.ask(f"Bearer {token(scope='tasks:work')}") == {"isAuthorized": False}
    assert pool.ask(f"Bearer {token(scope=None)}") == {"isAuthorized": False}
    assert pool.ask(f"Bearer {token()}", routes.GET_DOCUMENT) == {"isAuthorized": False}


def test_what_is_not_a_good_token_is_answered_alike(pool: Pool):
    header, payload, signature = token().split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","kid":"k1"}').decode().rstrip("=")
    symmetric = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"k1"}').decode().rstrip("=")
    mac = hmac.digest(KEY.as_pem(private=False), f"{symmetric}.{payload}".encode(), "sha256")
    confused = f"{symmetric}.{payload}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"
    bad = [
        token(OTHER), token(exp=NOW - 10), token(exp=None), token(iss="https://elsewhere"), token(iss=None),
        token(token_use="id"), token(token_use=None), confused, f"{none}.{payload}.", f"{header}.{payload}.",
        f"{header}.{payload}.{signature[:-4]}AAAA", "x", "a.b.c", "", "é.é.é", "x" * 20_000,
    ]  # fmt: skip
    assert all(pool.refuses(f"Bearer {one}") for one in bad)
    assert all(pool.refuses(one) for one in (None, "", "Basic YTpi", token(), f"Bearer{token()}"))


def test_keys_are_fetched_once_and_again_for_a_new_one(pool: Pool):
    for _ in range(3):
        pool.ask(f"Bearer {token()}")
    assert [url for _, url, _, _ in pool.world.web.sent] == [f"{ISSUER}/.well-known/jwks.json"]
    pool.publish(KEY, NEXT)
    assert pool.refuses(f"Bearer {token(NEXT)}"), "not more than once a minute"
    pool.seconds += 61
    assert pool.ask(f"Bearer {token(NEXT)}")["isAuthorized"]
    assert len(pool.world.web.sent) == 2


def test_a_pool_that_cannot_be_reached_is_not_the_callers_fault(pool: Pool):
    pool.world.web.answers = [WebUnavailableError("down"), WebAnswer(503, {}, b"")]
    for _ in range(2):
        with pytest.raises(PoolUnavailableError):
            pool.ask(f"Bearer {token()}")


def test_a_case_link_passes_with_what_it_grants(pool: Pool):
    answer = pool.ask(link(pool, task="i1:a@1"))
    caller = read_caller({"lambda": answer["context"]})
    assert caller.link == LinkGrant("l1", "i1", "i1:a@1") and not caller.scopes and not caller.user


def test_a_case_link_opens_no_other_route(pool: Pool):
    assert pool.ask(link(pool), routes.CLAIM_TASK) == {"isAuthorized": False}


def test_links_that_are_over_open_nothing(pool: Pool):
    good = link(pool)
    assert pool.ask(good)["isAuthorized"]
    pool.world.store.write(Update(tables.LINKS, "l1", "-", set={"revokedAt": "now"}))
    assert pool.refuses(good)
    assert pool.refuses(link(pool, expiresAt=1))
    assert pool.refuses(link(pool, instanceId="i2")), "record and token say different things"
    good = link(pool)
    pool.world.clock.advance(days=400)
    assert pool.refuses(good)
    pool.world.store.tables.clear()
    assert pool.refuses(good)
    assert pool.refuses("Bearer link.e30.AAAA")
