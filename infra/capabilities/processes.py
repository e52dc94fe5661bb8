"""What state machines that are made at run time need: their role, their log group, and that they go with the stack."""

from collections.abc import Iterable, Mapping

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from contract import machines, names
from infra import added_rights
from infra.added_rights import AddedRight
from infra.capabilities.compute import Function
from infra.capabilities.storage import Storage
from infra.rights import Place, arn, statement

_DELIVERY_S = 60


class MachineRole(Construct):
    """The one role of all machines, and the log group that they write."""

    def __init__(self, scope: Construct, id_: str, *, tenant: str, storage: Storage, invoked: tuple[str, ...]) -> None:
        """`invoked`: logical names of the functions that machines call."""
        super().__init__(scope, id_)
        self.logs = logs.CfnLogGroup(
            self,
            "Logs",
            log_group_name=names.machine_logs(tenant),
            retention_in_days=90,
            kms_key_id=storage.key.attr_arn,
        )
        place = Place(tenant=tenant, case_link_key=storage.case_link_key.attr_arn)
        statements = [statement(right, place) for right in machines.RIGHTS]
        statements.append(
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[_function(tenant, n) for n in invoked])
        )
        for right in added_rights.MACHINE_ROLE:
            resource = _added_resource(right, place, storage)
            statements.append(iam.PolicyStatement(actions=list(right.actions), resources=[resource]))
        self.role = iam.CfnRole(
            self,
            "Role",
            role_name=names.physical(tenant, machines.ROLE),
            assume_role_policy_document=_trust(),
            policies=[
                iam.CfnRole.PolicyProperty(
                    policy_name="rights", policy_document=iam.PolicyDocument(statements=statements)
                )
            ],
        )


def _added_resource(added: AddedRight, place: Place, storage: Storage) -> str:
    if added.resource in added_rights.CALLS:
        return arn(added_rights.CALLS[added.resource], place)
    if added.resource == "sync-rule":
        rule = "StepFunctionsGetEventsForStepFunctionsExecutionRule"
        return f"arn:{cdk.Aws.PARTITION}:events:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:rule/{rule}"
    return storage.key.attr_arn if added.resource == "tenant-key" else "*"


class Observation(Construct):
    """The machines' log, read by the functions that ask for it."""

    def __init__(self, scope: Construct, id_: str, *, role: MachineRole, functions: Mapping[str, Function]) -> None:
        super().__init__(scope, id_)
        for function in functions.values():
            if function.spec.logs:
                self._subscribe(role, function)

    def _subscribe(self, role: MachineRole, function: Function) -> None:
        permission = function.permit("logs", "logs.amazonaws.com", role.logs.attr_arn)
        subscription = logs.CfnSubscriptionFilter(
            self,
            f"Subscription-{function.spec.name}",
            log_group_name=role.logs.ref,
            filter_pattern="",
            destination_arn=function.function.attr_arn,
        )
        subscription.add_resource_dependency(permission)


class Removal(Construct):
    """The resource by which machines, made at run time, go when the stack goes.

    CloudFormation deletes what depends on a thing before the thing: first what can start or publish, then this
    resource and with it the machines, then the role and the log group that running machines still use.
    """

    def __init__(
        self, scope: Construct, id_: str, *, role: MachineRole, function: Function, before: Iterable[cdk.CfnResource]
    ) -> None:
        """`before`: what has to go before the machines do."""
        super().__init__(scope, id_)
        resource = cdk.CfnResource(
            self,
            "Machines",
            type="Custom::RunTimeMachines",
            properties={
                "ServiceToken": function.function.attr_arn,
                "ServiceTimeout": str(function.spec.timeout_s + _DELIVERY_S),
            },
        )
        # Another logical id would be another resource: CloudFormation would delete the old one, and all machines.
        resource.override_logical_id("RunTimeMachines")
        resource.add_resource_dependency(role.role)
        resource.add_resource_dependency(role.logs)
        for starter in before:
            starter.add_resource_dependency(resource)


def _function(tenant: str, name: str) -> str:
    function = names.physical(tenant, name)
    return f"arn:{cdk.Aws.PARTITION}:lambda:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:function:{function}"


def _trust() -> iam.PolicyDocument:
    allow = iam.PolicyStatement(
        actions=["sts:AssumeRole"],
        principals=[iam.ServicePrincipal("states.amazonaws.com")],
        conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
    )
    return iam.PolicyDocument(statements=[allow])
