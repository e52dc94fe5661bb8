"""Global tasks, which only call activities reach: each becomes a process of its own around the one task."""

from typing import Final

from state_machines.bpmn.model import Event, Process, Scope, SequenceFlow
from state_machines.bpmn.nodes import READERS, Surroundings
from state_machines.bpmn.references import References
from state_machines.xml import Element

GLOBAL_TASKS: Final = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalScriptTask": "scriptTask",
    "globalManualTask": "manualTask",
    "globalBusinessRuleTask": "businessRuleTask",
}


def read_global_task(element: Element, references: References) -> Process:
    """The process that a call of this global task runs: start, task, end."""
    process_id = (element.get("id") or "").strip()
    name, line = " ".join((element.get("name") or "").split()), element.line
    start, task, end = f"{process_id}_start", process_id, f"{process_id}_end"
    first, last = f"{task}_in", f"{task}_out"
    around = Surroundings({task: (first,)}, {task: (last,)}, {}, references)
    local = element._replace(name=GLOBAL_TASKS[element.name])
    scope = Scope(
        nodes=(
            Event(start, name, line, outgoing=(first,)),
            READERS[local.name](local, task, around),
            Event(end, name, line, incoming=(last,), position="end"),
        ),
        flows=(SequenceFlow(first, "", start, task, line), SequenceFlow(last, "", task, end, line)),
    )
    return Process(process_id, name, line, True, references.notation.dialect, scope)
