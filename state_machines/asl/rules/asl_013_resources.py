"""ASL-013: a Task names a resource, and one that waits for a token hands the token out."""

from collections.abc import Iterator

from state_machines.asl.scan import Definition, Fault, texts


def check(definition: Definition) -> Iterator[Fault]:
    """Finds tasks without a resource, and waits that nobody can end."""
    for state in definition.states:
        if state.type != "Task":
            continue
        resource = str(state.body.get("Resource", ""))
        if not resource.startswith("arn:"):
            yield Fault("ASL-013", state.name, "the Task has no resource")
        waits = resource.endswith(".waitForTaskToken")
        if waits and not any("Task.Token" in text for text in texts(state.body.get("Arguments"))):
            yield Fault("ASL-013", state.name, "the Task waits for a token that it hands to nobody")
