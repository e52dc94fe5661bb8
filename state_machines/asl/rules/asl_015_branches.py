"""ASL-015: a Parallel has branches, a Map items and something that it runs for each, in the execution itself."""

from collections.abc import Iterator

from state_machines.asl.scan import Definition, Fault


def check(definition: Definition) -> Iterator[Fault]:
    """Finds forks that run nothing."""
    for state in definition.states:
        if state.type in ("Parallel", "Map") and not any(inner.get("States") for inner in state.inner()):
            yield Fault("ASL-015", state.name, f"the {state.type} has nothing to run")
        elif state.type == "Map":
            processor = state.body.get("ItemProcessor")
            config = processor.get("ProcessorConfig", {}) if isinstance(processor, dict) else {}
            if "Items" not in state.body:
                yield Fault("ASL-015", state.name, "the Map has no Items: its input is an object")
            if not isinstance(config, dict) or config.get("Mode", "INLINE") != "INLINE":
                yield Fault("ASL-015", state.name, "the Map is distributed: what runs it does not see its items")
