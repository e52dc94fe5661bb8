"""The user pool: people in groups, channels as clients; a trigger puts the scopes of the groups into the tokens."""

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from contract import auth, names
from contract.auth import ScopeName
from contract.tenant import Tenant
from infra.capabilities.compute import Function

_RESOURCE_SERVER = auth.API.removesuffix("/")


class Identity(Construct):
    """`pool`, and the ids of its `clients` that may call the API."""

    def __init__(self, scope: Construct, id_: str, *, tenant: Tenant, trigger: Function) -> None:
        super().__init__(scope, id_)
        self._tenant = tenant
        self.pool = self._pool(trigger)
        trigger.permit("cognito", "cognito-idp.amazonaws.com", self.pool.attr_arn)
        for group in auth.GROUPS:
            cognito.CfnUserPoolGroup(self, f"Group-{group}", user_pool_id=self.pool.ref, group_name=group)
        self._server = self._resource_server()
        self._domain = cognito.CfnUserPoolDomain(
            self, "Domain", domain=names.physical(tenant.name, "login"), user_pool_id=self.pool.ref
        )
        self.console = self._console_client()
        self.clients = [self.console.ref, *(self._channel(c.name, c.scopes).ref for c in tenant.channels)]

    @property
    def issuer(self) -> str:
        """The issuer of the pool's tokens."""
        return self.pool.attr_provider_url

    def _pool(self, trigger: Function) -> cognito.CfnUserPool:
        version = cognito.CfnUserPool.PreTokenGenerationConfigProperty(
            lambda_arn=trigger.function.attr_arn, lambda_version="V3_0"
        )
        password = cognito.CfnUserPool.PasswordPolicyProperty(
            minimum_length=12,
            require_lowercase=True,
            require_uppercase=True,
            require_numbers=True,
            require_symbols=True,
        )
        made = cognito.CfnUserPool(
            self,
            "Pool",
            user_pool_name=names.physical(self._tenant.name, "users"),
            user_pool_tier="PLUS",
            admin_create_user_config=cognito.CfnUserPool.AdminCreateUserConfigProperty(
                allow_admin_create_user_only=True
            ),
            # People have names of their own, by which models and tasks name them, and sign in with these or their
            # e-mail. Were e-mail the name, tokens would hold an id in its place that nobody can write in a model.
            alias_attributes=["email"],
            username_configuration=cognito.CfnUserPool.UsernameConfigurationProperty(case_sensitive=False),
            auto_verified_attributes=["email"],
            mfa_configuration="ON",
            enabled_mfas=["SOFTWARE_TOKEN_MFA"],
            policies=cognito.CfnUserPool.PoliciesProperty(password_policy=password),
            user_pool_add_ons=cognito.CfnUserPool.UserPoolAddOnsProperty(advanced_security_mode="ENFORCED"),
            lambda_config=cognito.CfnUserPool.LambdaConfigProperty(pre_token_generation_config=version),
            deletion_protection="ACTIVE",
        )
        # Its protection would make the deletion of the stack fail; people's accounts stay, as the data does.
        made.apply_removal_policy(cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        return made

    def _resource_server(self) -> cognito.CfnUserPoolResourceServer:
        scopes = sorted({scope for group in auth.GROUPS.values() for scope in group})
        return cognito.CfnUserPoolResourceServer(
            self,
            "Api",
            user_pool_id=self.pool.ref,
            identifier=_RESOURCE_SERVER,
            name="Digital Product Center",
            scopes=[
                cognito.CfnUserPoolResourceServer.ResourceServerScopeTypeProperty(scope_name=s, scope_description=s)
                for s in scopes
            ],
        )

    def _console_client(self) -> cognito.CfnUserPoolClient:
        return cognito.CfnUserPoolClient(
            self,
            "Console",
            user_pool_id=self.pool.ref,
            client_name="console",
            generate_secret=False,
            explicit_auth_flows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            prevent_user_existence_errors="ENABLED",
        )

    def _channel(self, name: str, scopes: tuple[ScopeName, ...]) -> cognito.CfnUserPoolClient:
        made = cognito.CfnUserPoolClient(
            self,
            f"Channel-{name}",
            user_pool_id=self.pool.ref,
            client_name=name,
            generate_secret=True,
            allowed_o_auth_flows=["client_credentials"],
            allowed_o_auth_flows_user_pool_client=True,
            allowed_o_auth_scopes=[f"{auth.API}{s}" for s in scopes],
        )
        made.add_resource_dependency(self._server)
        return made
