"""A tenant's stack: all capabilities, joined. Everything in it comes from the contract and the function specs."""

import json
from collections.abc import Iterable, Mapping, Sequence

import aws_cdk as cdk
from constructs import Construct

from contract import buckets, names, tables
from contract.functions import FunctionSpec
from contract.rights import Get
from contract.tenant import Tenant
from functions.runtime.observability import NAMESPACE as METRICS
from functions.sweep import spec as sweep
from infra.capabilities.alarms import Alarms, alarm
from infra.capabilities.api import Api
from infra.capabilities.compute import Bundle, Function, Surroundings
from infra.capabilities.delivery import Delivery
from infra.capabilities.identity import Identity
from infra.capabilities.messaging import Messaging
from infra.capabilities.processes import MachineRole, Observation, Removal
from infra.capabilities.storage import Storage


class TenantStack(cdk.Stack):
    """All that a tenant has, in the tenant's region and the account of whoever deploys it."""

    def __init__(
        self, scope: Construct, id_: str, tenant: Tenant, specs: Sequence[FunctionSpec], bundle: Bundle
    ) -> None:
        description = f"Digital Product Center, tenant {tenant.title}"
        super().__init__(scope, id_, description=description, env=cdk.Environment(region=tenant.region))
        cdk.Tags.of(self).add("dpc:tenant", tenant.name)
        self.tenant, self.specs = tenant, specs
        timeouts = {queue.name: spec.timeout_s for spec in specs for queue in spec.queues}
        self.messaging = Messaging(self, "Messaging", tenant=tenant.name, timeouts=timeouts)
        self.storage = self._storage()
        self.delivery = Delivery(self, "Delivery", tenant=tenant.name, storage=self.storage)
        invoked = tuple(spec.name for spec in specs if spec.machines)
        self.machines = MachineRole(self, "Machines", tenant=tenant.name, storage=self.storage, invoked=invoked)
        self.api = Api(self, "Http", tenant=tenant.name, storage=self.storage)
        self.functions: dict[str, Function] = {}
        self._identify(bundle)
        self._add((spec for spec in specs if not spec.trigger), bundle)
        self.api.serve(self.functions, self.identity)
        Observation(self, "Observation", role=self.machines, functions=self.functions)
        self._remove_machines_with_stack()
        self._watch_sweep(tenant.name)
        if tenant.alarms:
            Alarms(self, "Alarms", tenant=tenant.name, address=tenant.alarms, storage=self.storage)
        self._outputs()

    def _watch_sweep(self, tenant: str) -> None:
        words = "The sweep has found records that nobody waits for any more: its log names them."
        of = {"tenant": tenant, "service": sweep.SPEC.name}
        name = names.physical(tenant, "swept")
        alarm(self, "Swept", name, words, f"{METRICS}:{sweep.SWEPT}", of)

    def _storage(self) -> Storage:
        notifying = [bucket for bucket in buckets.ALL if bucket.notifies]
        arns = {bucket.notifies: self.messaging.queues[bucket.notifies].attr_arn for bucket in notifying}
        storage = Storage(self, "Storage", tenant=self.tenant.name, queue_arns=arns)
        for bucket in notifying:
            # S3 tests the queue when the notification is made: its policy has to stand by then.
            storage.buckets[bucket.name].add_resource_dependency(self.messaging.policies[bucket.notifies])
        return storage

    def _identify(self, bundle: Bundle) -> None:
        """The pool stands on its trigger, and the authorizer's environment on the pool: hence this order."""
        self._add((spec for spec in self.specs if spec.trigger), bundle)
        (trigger,) = self.functions.values()
        self.identity = Identity(self, "Identity", tenant=self.tenant, trigger=trigger)

    def _add(self, specs: Iterable[FunctionSpec], bundle: Bundle) -> None:
        around = Surroundings(self.tenant.name, self.storage, self.messaging, self._environment, bundle)
        for spec in specs:
            self.functions[spec.name] = Function(self, spec, around)

    def _environment(self, spec: FunctionSpec) -> Mapping[str, str]:
        """The variables that `functions.runtime.wiring` reads, those that not all need only where they are needed."""
        connections = [{"name": c.name, "url": c.url} for c in self.tenant.connections]
        variables = {
            "DPC_TENANT": self.tenant.name,
            "DPC_PUBLIC_URL": self.api.endpoint,
            "DPC_ACCOUNT": cdk.Aws.ACCOUNT_ID,
            "DPC_CONNECTIONS": json.dumps(connections),
            "DPC_LANGUAGES": json.dumps(self.tenant.languages),
        }
        kinds = {right.kind for right in spec.rights}
        if Get(tables.CATALOGUE) in spec.rights:
            variables["DPC_MEDIA_URL"] = self.delivery.address
        if "machine-role" in kinds:
            variables["DPC_MACHINE_ROLE_ARN"] = self.machines.role.attr_arn
        if "timer-role" in kinds:
            variables["DPC_TIMER_ROLE_ARN"] = self.messaging.timer_role.attr_arn
        if "key" in kinds:
            variables["DPC_CASE_LINK_KEY_ARN"] = self.storage.case_link_key.attr_arn
        if spec.authorizer:
            variables["DPC_TOKEN_ISSUER"] = self.identity.issuer
        return variables

    def _remove_machines_with_stack(self) -> None:
        sources = [source for function in self.functions.values() for source in function.sources]
        (function,) = (f for f in self.functions.values() if f.spec.stack_events)
        Removal(self, "Removal", role=self.machines, function=function, before=[*sources, self.api.stage])

    def _outputs(self) -> None:
        cdk.CfnOutput(self, "ApiEndpoint", value=self.api.endpoint)
        cdk.CfnOutput(self, "MediaAddress", value=self.delivery.address)
        cdk.CfnOutput(self, "UserPoolId", value=self.identity.pool.ref)
        cdk.CfnOutput(self, "ConsoleClientId", value=self.identity.console.ref)
