"""The language layer: BPMN, FEEL, DMN, ASL, the simulator. Pure: bytes in, values out; no AWS, clock or randomness."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from state_machines.compilation import Compilation, CompiledProcess
    from state_machines.compile import compile_bpmn
    from state_machines.library import Connector, Library

__all__ = ["Compilation", "CompiledProcess", "Connector", "Library", "compile_bpmn"]

_HOMES = {
    "Compilation": "compilation",
    "CompiledProcess": "compilation",
    "Connector": "library",
    "Library": "library",
    "compile_bpmn": "compile",
}


def __getattr__(name: str) -> Any:
    # Found when asked for: who needs FEEL alone does not import the compiler.
    import importlib

    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"state_machines.{_HOMES[name]}"), name)
