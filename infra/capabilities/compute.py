"""The Lambda functions, each from its spec: role, log group, event sources, alarms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_events as events_
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from contract import names, queues
from contract.functions import FunctionSpec
from infra import added_rights
from infra.bundles import PYTHON
from infra.capabilities.alarms import alarm
from infra.capabilities.messaging import Messaging
from infra.capabilities.storage import Storage
from infra.rights import Place, bucket_arn, statement

Bundle = Callable[[FunctionSpec], str]


@dataclass(frozen=True)
class Surroundings:
    """What functions stand among."""

    tenant: str
    storage: Storage
    messaging: Messaging
    environment: Callable[[FunctionSpec], Mapping[str, str]]
    bundle: Bundle


class Function(Construct):
    """One function: `function` is the Lambda, `role` its role, `sources` what it reads by itself."""

    def __init__(self, scope: Construct, spec: FunctionSpec, around: Surroundings) -> None:
        super().__init__(scope, f"Function-{spec.name}")
        self.spec, self._around = spec, around
        self.name = names.physical(around.tenant, spec.name)
        self._group = logs.CfnLogGroup(
            self,
            "Logs",
            log_group_name=f"/aws/lambda/{self.name}",
            retention_in_days=90,
            kms_key_id=around.storage.key.attr_arn,
        )
        self.role = self._role()
        self.function = self._function()
        self.sources: list[lambda_.CfnEventSourceMapping] = []
        self._event_sources()
        self._alarm()

    def permit(self, id_: str, service: str, source_arn: str | None = None) -> lambda_.CfnPermission:
        """Let a service call the function."""
        return lambda_.CfnPermission(
            self,
            f"Permission-{id_}",
            action="lambda:InvokeFunction",
            function_name=self.function.attr_arn,
            principal=service,
            source_arn=source_arn,
        )

    def _role(self) -> iam.CfnRole:
        place = Place(tenant=self._around.tenant, case_link_key=self._around.storage.case_link_key.attr_arn)
        rights = dict.fromkeys(self.spec.rights)
        added = [r for r in added_rights.TABLE if r.applies(self.spec)]
        document = iam.PolicyDocument(
            statements=[*(statement(r, place) for r in rights), *(self._added(r) for r in added)]
        )
        return iam.CfnRole(
            self,
            "Role",
            role_name=self.name,
            assume_role_policy_document=_trust("lambda.amazonaws.com"),
            policies=[iam.CfnRole.PolicyProperty(policy_name="rights", policy_document=document)],
        )

    def _added(self, right: added_rights.AddedRight) -> iam.PolicyStatement:
        messaging, storage = self._around.messaging, self._around.storage
        resources = {
            "any": ["*"],
            "own-log-group": [self._group.attr_arn],
            "tenant-key": [storage.key.attr_arn],
            "searched-buckets": [bucket_arn(self._around.tenant, b) for b in added_rights.searched_buckets(self.spec)],
            "own-queues": [messaging.queues[q.name].attr_arn for q in self.spec.queues],
            "own-streams": [storage.tables[t.name].attr_stream_arn for t in self.spec.streams],
            "stream-failures": [messaging.queues[queues.STREAM_FAILURES.name].attr_arn],
        }[right.resource]
        return iam.PolicyStatement(actions=list(right.actions), resources=resources)

    def _function(self) -> lambda_.CfnFunction:
        asset = assets.Asset(self, "Code", path=self._around.bundle(self.spec))
        made = lambda_.CfnFunction(
            self,
            "Function",
            function_name=self.name,
            runtime=f"python{PYTHON}",
            architectures=["arm64"],
            handler=self.spec.entry,
            code=lambda_.CfnFunction.CodeProperty(s3_bucket=asset.s3_bucket_name, s3_key=asset.s3_object_key),
            role=self.role.attr_arn,
            memory_size=self.spec.memory_mb,
            timeout=self.spec.timeout_s,
            kms_key_arn=self._around.storage.key.attr_arn,
            tracing_config=lambda_.CfnFunction.TracingConfigProperty(mode="Active"),
            environment=lambda_.CfnFunction.EnvironmentProperty(variables=self._variables()),
        )
        made.add_resource_dependency(self._group)
        return made

    def _variables(self) -> dict[str, str]:
        return {
            **self._around.environment(self.spec),
            "POWERTOOLS_SERVICE_NAME": self.spec.name,
            "POWERTOOLS_METRICS_NAMESPACE": "dpc",
            "POWERTOOLS_LOG_LEVEL": "INFO",
        }

    def _event_sources(self) -> None:
        messaging, storage = self._around.messaging, self._around.storage
        for queue in self.spec.queues:
            self._mapping(
                queue.name,
                event_source_arn=messaging.queues[queue.name].attr_arn,
                batch_size=queue.batch_size,
                maximum_batching_window_in_seconds=queue.batch_window_s or None,
            )
        failures = lambda_.CfnEventSourceMapping.OnFailureProperty(
            destination=messaging.queues[queues.STREAM_FAILURES.name].attr_arn
        )
        for table in self.spec.streams:
            self._mapping(
                table.name,
                event_source_arn=storage.tables[table.name].attr_stream_arn,
                starting_position="TRIM_HORIZON",
                batch_size=100,
                bisect_batch_on_function_error=True,
                maximum_retry_attempts=20,
                parallelization_factor=4,
                destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(on_failure=failures),
            )
        if self.spec.every_minutes:
            self._schedule()

    def _mapping(self, id_: str, **properties: Any) -> None:
        made = lambda_.CfnEventSourceMapping(
            self,
            f"Source-{id_}",
            function_name=self.function.ref,
            function_response_types=["ReportBatchItemFailures"],
            **properties,
        )
        self.sources.append(made)

    def _schedule(self) -> None:
        unit = "minute" if self.spec.every_minutes == 1 else "minutes"
        rule = events_.CfnRule(
            self,
            "Schedule",
            name=f"{self.name}-schedule",
            schedule_expression=f"rate({self.spec.every_minutes} {unit})",
            targets=[events_.CfnRule.TargetProperty(id="function", arn=self.function.attr_arn)],
        )
        self.permit("schedule", "events.amazonaws.com", rule.attr_arn)

    def _alarm(self) -> None:
        words = f"The function {self.name} fails; its log group tells why."
        alarm(self, "Errors", f"{self.name}-errors", words, "AWS/Lambda:Errors", {"FunctionName": self.function.ref})


def _trust(service: str) -> iam.PolicyDocument:
    allow = iam.PolicyStatement(actions=["sts:AssumeRole"], principals=[iam.ServicePrincipal(service)])
    return iam.PolicyDocument(statements=[allow])
