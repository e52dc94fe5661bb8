"""A tenant's stack: all capabilities, joined. Everything in it comes from the contract and the function specs."""

import json
from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from constructs import Construct

from contract import buckets
from contract.functions import FunctionSpec
from contract.tenant import Tenant
from infra.capabilities.api import Api
from infra.capabilities.compute import Bundle, Function, Surroundings
from infra.capabilities.identity import Identity
from infra.capabilities.messaging import Messaging
from infra.capabilities.processes import MachineRole, Observation
from infra.capabilities.storage import Storage


class TenantStack(cdk.Stack):
    """`dpc-<tenant>`."""

    def __init__(self, scope: Construct, tenant: Tenant, specs: Sequence[FunctionSpec], bundle: Bundle) -> None:
        super().__init__(scope, f"dpc-{tenant.name}", description=f"Digital Product Center, tenant {tenant.title}")
        cdk.Tags.of(self).add("dpc:tenant", tenant.name)
        self._tenant = tenant
        timeouts = {queue.name: spec.timeout_s for spec in specs for queue in spec.queues}
        self.messaging = Messaging(self, "Messaging", tenant=tenant.name, timeouts=timeouts)
        self.storage = self._storage()
        invoked = tuple(spec.name for spec in specs if spec.machines)
        self.machines = MachineRole(self, "Machines", tenant=tenant.name, storage=self.storage, invoked=invoked)
        self.api = Api(self, "Http", tenant=tenant.name, storage=self.storage)
        around = Surroundings(tenant.name, self.storage, self.messaging, self._environment(), bundle)
        self.functions = {spec.name: Function(self, spec, around) for spec in specs}
        self._identify()
        Observation(self, "Observation", role=self.machines, functions=self.functions)
        cdk.CfnOutput(self, "ApiEndpoint", value=self.api.endpoint)
        cdk.CfnOutput(self, "UserPoolId", value=self.identity.pool.ref)
        cdk.CfnOutput(self, "ConsoleClientId", value=self.identity.console.ref)

    def _storage(self) -> Storage:
        queue = self.messaging.queues[buckets.BUNDLES.notifies]
        storage = Storage(self, "Storage", tenant=self._tenant.name, bundle_queue_arn=queue.attr_arn)
        # S3 tests the queue when the notification is made: its policy has to stand by then.
        storage.buckets[buckets.BUNDLES.name].add_dependency(self.messaging.policies[buckets.BUNDLES.notifies])
        return storage

    def _identify(self) -> None:
        trigger = next(f for f in self.functions.values() if f.spec.trigger)
        self.identity = Identity(self, "Identity", tenant=self._tenant, trigger=trigger)
        self.api.serve(self.functions, self.identity)

    def _environment(self) -> Mapping[str, str]:
        connections = [{"name": c.name, "url": c.url} for c in self._tenant.connections]
        return {
            "DPC_TENANT": self._tenant.name,
            "DPC_PUBLIC_URL": self.api.endpoint,
            "DPC_ACCOUNT": cdk.Aws.ACCOUNT_ID,
            "DPC_CONNECTIONS": json.dumps(connections),
            "DPC_LANGUAGES": json.dumps(self._tenant.languages),
            "DPC_MACHINE_ROLE_ARN": self.machines.role.attr_arn,
            "DPC_CASE_LINK_KEY_ARN": self.storage.case_link_key.attr_arn,
        }
