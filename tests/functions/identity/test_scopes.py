"""Which scopes a token gets."""

import pytest

from contract.auth import API, GROUPS
from functions.identity.handler import handle
from tests.functions.fakes import World
from tests.functions.invoking import Context


def trigger(source: str, groups: list[str] | None, scopes: list[str]) -> dict[str, object]:
    event = {
        "version": "3", "triggerSource": source, "region": "eu-central-1", "userPoolId": "p", "userName": "anna",
        "request": {"userAttributes": {}, "groupConfiguration": {"groupsToOverride": groups}, "scopes": scopes},
        "response": {"claimsAndScopeOverrideDetails": None},
    }  # fmt: skip
    answer = handle.with_ports(World().ports)(event, Context())
    assert {name: answer[name] for name in event if name != "response"} == {
        n: v for n, v in event.items() if n != "response"
    }
    details: dict[str, object] = answer["response"]["claimsAndScopeOverrideDetails"]
    return details


def test_a_user_has_the_scopes_of_all_groups():
    details = trigger("TokenGeneration_HostedAuth", ["back-office", "manager", "chess club"], ["openid"])
    added = details["accessTokenGeneration"]["scopesToAdd"]  # type: ignore[index]
    assert set(added) == set(GROUPS["back-office"]) | set(GROUPS["manager"])
    assert details["groupOverrideDetails"] == {"groupsToOverride": ["back-office", "manager", "chess club"]}


@pytest.mark.parametrize("groups", [None, [], ["chess club"]])
def test_a_user_cannot_ask_for_scopes(groups: list[str] | None):
    details = trigger("TokenGeneration_Authentication", groups, [f"{API}processes:write", "processes:write"])
    assert details["accessTokenGeneration"] == {"scopesToAdd": []}


def test_a_channel_has_what_its_client_was_given():
    given = [f"{API}instances:start", f"{API}made:up", "tasks:assign", "openid"]
    details = trigger("TokenGeneration_ClientCredentials", None, given)
    assert details == {"accessTokenGeneration": {"scopesToAdd": ["instances:start"]}}
