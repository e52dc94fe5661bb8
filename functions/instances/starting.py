"""Starting instances on request, and finishing what a crash between the record and the execution left."""

from contract import events, tables
from contract.shapes.instances import StartedInstance, StartInstance
from functions.instances.cancelling import finish_cancel
from functions.runtime import registry, starting, variables
from functions.runtime.batches import QueueRecord
from functions.runtime.calls import Call
from functions.runtime.ports import Ports


def start(ports: Ports, call: Call) -> StartedInstance:
    """POST /processes/{id}/instances."""
    given: StartInstance = call.body
    process = registry.process(ports, call.path["id"], given.version)
    instance_id = ports.ids.new()
    taken = variables.take_in(ports, instance_id, given.variables)
    instance = starting.request(
        ports,
        call.unit,
        process,
        variables=taken,
        instance_id=instance_id,
        business_key=given.business_key,
        initiator=call.caller.user,
    )
    answer = StartedInstance(id=instance["pk"], process_id=instance["processId"], version=instance["version"])
    call.commit(answer)
    starting.launch(ports, instance)
    return answer


def finish_request(ports: Ports, record: QueueRecord) -> None:
    """The queue instance-requests: what InstanceRequested and InstanceCancelled announce, done if it was not yet."""
    instance = ports.store.get(tables.INSTANCES, record.detail["data"]["instanceId"], starting.INSTANCE)
    if instance is None:
        return
    if record.body["detail-type"] == events.INSTANCE_CANCELLED.name:
        finish_cancel(ports, instance)
    elif not instance.get("endedAt"):
        starting.launch(ports, instance)
