"""The HTTP API of the stack is the contract's: routes, who may call them, how often, and which function answers."""

from typing import Any

from contract import routes
from contract.auth import CaseLink, Public, Scope
from contract.names import physical
from contract.routes import Route
from functions.specs import ALL
from tests.infra.template import Template

SERVED = {route.key: spec.name for spec in ALL for route in spec.routes}


def test_every_route_goes_to_its_function(template: Template) -> None:
    found = template.named("AWS::ApiGatewayV2::Route", "RouteKey")
    assert set(found) == {route.key for route in routes.ALL}
    for key, properties in found.items():
        integration = template.of("AWS::ApiGatewayV2::Integration")[_reference(properties["Target"])]
        function = template.text(integration["IntegrationUri"])
        assert function.endswith(f":function:{physical('demo', SERVED[key])}")
        assert integration["PayloadFormatVersion"] == "2.0"


def _reference(target: Any) -> str:
    """The logical id in `integrations/${id}`."""
    match target:
        case {"Fn::Join": ["", ["integrations/", {"Ref": str() as name}]]}:
            return name
    raise AssertionError(target)


def test_every_route_is_open_to_whom_the_contract_names(template: Template) -> None:
    found = template.named("AWS::ApiGatewayV2::Route", "RouteKey")
    for route in routes.ALL:
        assert _access(template, found[route.key]) == _expected(route), route.key


def _access(template: Template, properties: Any) -> tuple[str, str, tuple[str, ...]]:
    authorizer = properties.get("AuthorizerId")
    name = template.resources[authorizer["Ref"]]["Properties"]["Name"] if authorizer else ""
    return properties["AuthorizationType"], name, tuple(properties.get("AuthorizationScopes", ()))


def _expected(route: Route) -> tuple[str, str, tuple[str, ...]]:
    match route.access:
        case Scope(name):
            return "JWT", "tokens", (name,)
        case CaseLink():
            return "CUSTOM", "case-links", ()
        case Public():
            return "NONE", "", ()


def test_public_routes_have_their_own_limits_and_all_others_a_common_one(template: Template) -> None:
    (stage,) = template.of("AWS::ApiGatewayV2::Stage").values()
    limits = {
        key: (limit["ThrottlingRateLimit"], limit["ThrottlingBurstLimit"])
        for key, limit in stage["RouteSettings"].items()
    }
    assert limits == {
        route.key: (route.access.per_second, route.access.burst)
        for route in routes.ALL
        if isinstance(route.access, Public)
    }
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0


def test_tokens_are_the_user_pools_and_links_are_asked_of_the_authorizer_each_time(template: Template) -> None:
    authorizers = template.named("AWS::ApiGatewayV2::Authorizer", "Name")
    (pool,) = template.of("AWS::Cognito::UserPool")
    tokens, links = authorizers["tokens"], authorizers["case-links"]
    assert tokens["JwtConfiguration"]["Issuer"] == {"Fn::GetAtt": [pool, "ProviderURL"]}
    clients = template.of("AWS::Cognito::UserPoolClient")
    assert {audience["Ref"] for audience in tokens["JwtConfiguration"]["Audience"]} == set(clients)
    (spec,) = (spec for spec in ALL if spec.authorizer)
    assert f":function:{physical('demo', spec.name)}/invocations" in template.text(links["AuthorizerUri"])
    assert links["AuthorizerResultTtlInSeconds"] == 0  # a revoked link is refused at once


def test_api_gateway_may_call_what_it_has_to(template: Template) -> None:
    may = {
        template.text(p["FunctionName"]).rpartition(":")[2]
        for p in template.of("AWS::Lambda::Permission").values()
        if p["Principal"] == "apigateway.amazonaws.com"
    }
    assert may == {physical("demo", spec.name) for spec in ALL if spec.routes or spec.authorizer}
