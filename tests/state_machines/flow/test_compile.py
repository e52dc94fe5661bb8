"""What compiling promises beside the machines: refusals by name, references, report, the same bytes every time."""

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from state_machines import Library, compile_bpmn
from state_machines.compilation import Compilation
from tests.state_machines.corpora import models
from tests.state_machines.flow.drawing import Drawing, extension, io, message_definition, timer

ROOT = Path(__file__).parents[3]


def errors(compilation: Compilation) -> list[tuple[str, str]]:
    return [(d.code, d.element_id) for d in compilation.diagnostics if d.severity == "error"]


def around(*middle: tuple[str, str, str]) -> Drawing:
    """Start, the given elements (tag, id, inside) in a row, End."""
    d = Drawing()
    d.start(), d.end()
    for tag, element_id, inside in middle:
        d.add(tag, element_id, inside)
    d.chain("Start", *(element_id for _, element_id, _ in middle), "End")
    return d


MULTI = (
    '<bpmn:multiInstanceLoopCharacteristics behavior="Complex"><bpmn:loopCardinality>3</bpmn:loopCardinality>'
    "</bpmn:multiInstanceLoopCharacteristics>"
)


@pytest.mark.parametrize(
    ("tag", "inside", "words"),
    [
        ("task", MULTI, "multi-instance"),
        ("callActivity", extension('<zeebe:calledElement processId="p" bindingType="versionTag"/>'), "versionTag"),
        ("adHocSubProcess", "", "empty"),
        ("complexGateway", "", "complex gateway"),
    ],
)
def test_what_cannot_be_compiled_is_refused_by_name(tag: str, inside: str, words: str) -> None:
    compilation = compile_bpmn(around((tag, "Odd", inside)).bytes())
    assert compilation.processes == ()
    found = [d for d in compilation.diagnostics if d.element_id == "Odd" and d.severity == "error"]
    assert any(words in d.message for d in found), compilation.diagnostics
    assert all(d.line > 0 for d in found)


def test_all_problems_are_found_at_once() -> None:
    d = around(("callActivity", "Call", ""), ("task", "Many", MULTI))
    d.add("complexGateway", "Gate"), d.chain("Start", "Gate", "End")
    assert {"Call", "Many", "Gate"} <= {element for _, element in errors(compile_bpmn(d.bytes()))}


def test_references_are_listed_and_checked_against_the_library() -> None:
    d = Drawing()
    d.start(), d.end(), d.service("Letter", "dpc:document", io("in template = =&quot;x&quot;", "in n = =n"))
    d.service("Call", "io.camunda:http-json:1", io("in url = https://evil.example/x", "in method = GET"))
    d.add("userTask", "Fill", extension('<zeebe:userTask/><zeebe:formDefinition formId="form-1"/>'))
    d.service("Other", "elsewhere"), d.service("Post", "dpc:document", io("in template = letter"))
    d.chain("Start", "Letter", "Call", "Fill", "Other", "Post", "End")
    (process,) = compile_bpmn(d.bytes()).processes
    named = process.references
    assert [(r.name, r.element_id) for r in named.forms] == [("form-1", "Fill")]
    assert [(r.name, r.element_id) for r in named.templates] == [("letter", "Post")]
    assert [(r.name, r.element_id) for r in named.job_types] == [("elsewhere", "Other")]
    assert [use.inputs.get("url") for use in named.connectors if use.element_id == "Call"] == ["https://evil.example/x"]
    library = Library(forms=frozenset(), templates=frozenset(), connections=("https://good.example",))
    refused = compile_bpmn(d.bytes(), library=library)
    assert errors(refused) == [("FLOW-043", "Call"), ("FLOW-040", "Fill"), ("FLOW-042", "Post")]
    lines = d.bytes().decode().splitlines()
    for diagnostic in refused.diagnostics:
        if diagnostic.severity == "error":
            assert f'id="{diagnostic.element_id}"' in lines[diagnostic.line - 1]


def test_triggers_tell_how_instances_start() -> None:
    d = Drawing()
    d.add("startEvent", "Start", message_definition(d.message("order"))), d.end()
    d.chain("Start", "End")
    (process,) = compile_bpmn(d.bytes()).processes
    assert [(t.kind, t.element_id, t.message) for t in process.triggers] == [("message", "Start", "order")]
    d = Drawing()
    d.add("startEvent", "Start", timer("PT1H").replace("timeDuration", "timeCycle").replace("PT1H", "R/PT1H")), d.end()
    d.chain("Start", "End")
    (process,) = compile_bpmn(d.bytes()).processes
    begins = process.triggers[0].timer
    assert begins is not None and (begins.type, begins.value.text) == ("cycle", "R/PT1H")


def test_branches_that_share_variables_are_warned_of() -> None:
    d = Drawing()
    d.start(), d.end(), d.add("parallelGateway", "Fork"), d.add("parallelGateway", "Join")
    d.script("A", "x", "1"), d.script("B", "x", "2"), d.script("C", "y", "x + 1")
    for task in ("A", "B", "C"):
        d.chain("Fork", task, "Join")
    d.chain("Start", "Fork"), d.chain("Join", "End")
    found = [d for d in compile_bpmn(d.bytes()).diagnostics if d.severity == "warning"]
    assert [w.code for w in found] == ["FLOW-050", "FLOW-051", "FLOW-051"]
    assert all(name in found[0].message for name in ("'A'", "'B'", "'x'"))


def test_the_report_counts_what_a_path_costs() -> None:
    d = around(("userTask", "Ask", extension("<zeebe:userTask/>")), ("task", "Nod", ""))
    d.service("Call", "io.camunda:http-json:1")
    d.lines = [line.replace('targetRef="End"', 'targetRef="Call"') for line in d.lines]
    d.flow("Call", "End")
    (process,) = compile_bpmn(d.bytes()).processes
    report = json.loads(json.dumps(process.report))
    (path,) = report["paths"]
    assert (path["transitions"], path["nodes"], path["events"], path["lambdaCalls"]) == (2, 5, 2 + 6 + 5, 1)
    assert path["dollarsPerThousand"] == pytest.approx(0.05, abs=0.02)
    assert report["elements"]["Ask"] == ["Ask", "Ask_incident", "Ask_resolved"]


PROGRAM = """
import hashlib, json, sys
from pathlib import Path
from state_machines import compile_bpmn
from tests.state_machines.corpora import library, models
found = {}
for name, path in models().items():
    source = (Path(sys.argv[1]) / name).read_bytes() if len(sys.argv) > 1 else path.read_bytes()
    compilation = compile_bpmn(source, library=library(path))
    said = [[d.code, d.element_id, d.line, d.message] for d in compilation.diagnostics]
    values = [[p.machines, p.source_map, p.report, repr(p.triggers), repr(p.references)] for p in compilation.processes]
    found[name] = hashlib.sha256(json.dumps([said, values]).encode()).hexdigest()
print(json.dumps(found))
"""


def test_hash_seed_and_attribute_order_do_not_matter(tmp_path: Path) -> None:
    chance = random.Random(7)

    def shuffled(match: re.Match[str]) -> str:
        attributes = re.findall(r"""\s[\w:]+\s*=\s*(?:"[^"]*"|'[^']*')""", match[2])
        chance.shuffle(attributes)
        return match[1] + "".join(attributes) + match[3]

    for name, path in models().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        source = path.read_text()
        other = re.sub(r"""(<(?!\?)[\w:]+)((?:\s+[\w:]+\s*=\s*(?:"[^"]*"|'[^']*'))+)(\s*/?>)""", shuffled, source)
        assert other != source
        (tmp_path / name).write_text(other)
    first, second = (_compiled(seed, *folder) for seed, folder in (("1", ()), ("2", (str(tmp_path),))))
    assert {name for name in first if first[name] != second[name]} == set()
    assert set(first) == set(models())


def _compiled(hash_seed: str, *folder: str) -> dict[str, str]:
    """What all models become, in a process of its own; `folder` holds other files of the same names."""
    command = [sys.executable, "-c", PROGRAM, *folder]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    run = subprocess.run(command, capture_output=True, check=True, cwd=ROOT, env=environment)
    return dict(json.loads(run.stdout))


def test_everything_refused_has_nothing_compiled() -> None:
    assert compile_bpmn(b"").processes == ()
    assert compile_bpmn(b"<a/>").processes == ()
    assert errors(compile_bpmn(b"<a"))


def test_what_is_wrong_with_an_element_is_said_once() -> None:
    d = Drawing("camunda7")
    d.start(), d.end()
    d.add("sendTask", "A", camunda__type="mail")
    d.chain("Start", "A", "End")
    assert errors(compile_bpmn(d.bytes())) == [("BPMN-006", "A")]
