"""The HTTP API: each route from the contract, to the function that serves it, behind the authorizer it asks for."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_logs as logs
from constructs import Construct

from contract import names
from contract.auth import CaseLink, Public, Scope
from contract.routes import Route
from infra.capabilities.alarms import alarm
from infra.capabilities.compute import Function
from infra.capabilities.identity import Identity
from infra.capabilities.storage import Storage

_DEFAULT_RATE, _DEFAULT_BURST = 500, 1000
_LOG_FORMAT = (
    '{"requestId":"$context.requestId","routeKey":"$context.routeKey","status":"$context.status",'
    '"ip":"$context.identity.sourceIp","latency":"$context.responseLatency","error":"$context.error.message",'
    '"authorizerError":"$context.authorizer.error"}'
)


class Api(Construct):
    """`endpoint` is where it answers."""

    def __init__(self, scope: Construct, id_: str, *, tenant: str, storage: Storage) -> None:
        super().__init__(scope, id_)
        self._tenant = tenant
        self.api = apigateway.CfnApi(
            self,
            "Api",
            name=names.physical(tenant, "api"),
            protocol_type="HTTP",
            description=f"The API of tenant {tenant}",
        )
        self._logs = logs.CfnLogGroup(
            self,
            "AccessLogs",
            log_group_name=f"/aws/vendedlogs/apis/{names.physical(tenant, 'api')}",
            retention_in_days=90,
            kms_key_id=storage.key.attr_arn,
        )
        self.routes: dict[str, apigateway.CfnRoute] = {}

    @property
    def endpoint(self) -> str:
        """The API's address, without a slash at the end."""
        return self.api.attr_api_endpoint

    def serve(self, functions: Mapping[str, Function], identity: Identity) -> None:
        """Make the routes of all functions, then the `stage` that publishes them."""
        self._jwt = self._jwt_authorizer(identity)
        self._links = self._link_authorizer(next(f for f in functions.values() if f.spec.authorizer))
        for function in functions.values():
            if function.spec.routes:
                integration = self._integration(function)
                for route in function.spec.routes:
                    self.routes[route.key] = self._route(route, integration)
        self.stage = self._stage([route for f in functions.values() for route in f.spec.routes])
        # Functions answer what they did not expect with a problem: that is no error of Lambda's.
        name = f"{names.physical(self._tenant, 'api')}-faults"
        words = "The API answers requests with 5xx; the logs of its functions tell why."
        alarm(self, "Faults", name, words, "AWS/ApiGateway:5xx", {"ApiId": self.api.ref, "Stage": "$default"})

    def _jwt_authorizer(self, identity: Identity) -> apigateway.CfnAuthorizer:
        return apigateway.CfnAuthorizer(
            self,
            "Tokens",
            api_id=self.api.ref,
            name="tokens",
            authorizer_type="JWT",
            identity_source=["$request.header.Authorization"],
            jwt_configuration=apigateway.CfnAuthorizer.JWTConfigurationProperty(
                issuer=identity.issuer, audience=identity.clients
            ),
        )

    def _link_authorizer(self, function: Function) -> apigateway.CfnAuthorizer:
        made = apigateway.CfnAuthorizer(
            self,
            "CaseLinks",
            api_id=self.api.ref,
            name="case-links",
            authorizer_type="REQUEST",
            authorizer_payload_format_version="2.0",
            enable_simple_responses=True,
            authorizer_result_ttl_in_seconds=0,
            identity_source=["$request.header.Authorization"],
            authorizer_uri=_invocation(function),
        )
        function.permit("authorizer", "apigateway.amazonaws.com", self._source_arn("authorizers", made.ref))
        return made

    def _integration(self, function: Function) -> apigateway.CfnIntegration:
        function.permit("api", "apigateway.amazonaws.com", self._source_arn("*", "*"))
        return apigateway.CfnIntegration(
            self,
            f"Integration-{function.spec.name}",
            api_id=self.api.ref,
            integration_type="AWS_PROXY",
            integration_uri=function.function.attr_arn,
            payload_format_version="2.0",
            timeout_in_millis=29_000,
        )

    def _route(self, route: Route, integration: apigateway.CfnIntegration) -> apigateway.CfnRoute:
        authorization: dict[str, Any] = {"authorization_type": "NONE"}
        match route.access:
            case Scope(name):
                authorization = {
                    "authorization_type": "JWT",
                    "authorizer_id": self._jwt.ref,
                    "authorization_scopes": [name],
                }
            case CaseLink():
                authorization = {"authorization_type": "CUSTOM", "authorizer_id": self._links.ref}
            case Public():
                pass
        return apigateway.CfnRoute(
            self,
            route_id(route),
            api_id=self.api.ref,
            route_key=route.key,
            target=f"integrations/{integration.ref}",
            **authorization,
        )

    def _stage(self, routes: list[Route]) -> apigateway.CfnStage:
        limits = {
            route.key: {"ThrottlingRateLimit": route.access.per_second, "ThrottlingBurstLimit": route.access.burst}
            for route in routes
            if isinstance(route.access, Public)
        }
        stage = apigateway.CfnStage(
            self,
            "Stage",
            api_id=self.api.ref,
            stage_name="$default",
            auto_deploy=True,
            access_log_settings=apigateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=self._logs.attr_arn, format=_LOG_FORMAT
            ),
            default_route_settings=apigateway.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=_DEFAULT_RATE,
                throttling_burst_limit=_DEFAULT_BURST,
                detailed_metrics_enabled=True,
            ),
            route_settings=limits,
        )
        for route in self.routes.values():
            stage.add_resource_dependency(route)  # a stage cannot limit a route that is not there yet
        return stage

    def _source_arn(self, *parts: str) -> str:
        api = f"arn:{cdk.Aws.PARTITION}:execute-api:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:{self.api.ref}"
        return "/".join((api, *parts))


def route_id(route: Route) -> str:
    """The construct's id: ids hold no slash.

    >>> from contract import routes
    >>> route_id(routes.GET_INSTANCE)
    'Route-GET-instances-{id}'
    """
    return f"Route-{route.key}".replace("/", "-").replace(" ", "")


def _invocation(function: Function) -> str:
    path = f"path/2015-03-31/functions/{function.function.attr_arn}/invocations"
    return f"arn:{cdk.Aws.PARTITION}:apigateway:{cdk.Aws.REGION}:lambda:{path}"
