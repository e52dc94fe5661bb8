"""Each rule finds its planted fault, and only its own; a machine without faults is quiet."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from state_machines.asl.lint import lint
from state_machines.asl.rules import ALL
from state_machines.asl.scan import Definition
from state_machines.compile import compile_bpmn
from state_machines.simulator.interpreter import Parser
from tests.state_machines.corpora import library, models

GOOD: dict[str, Any] = {
    "QueryLanguage": "JSONata",
    "StartAt": "Which",
    "States": {
        "Which": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.a = '$$ $eval' and $contains('x', /a$/) %}", "Next": "Fork"}],
            "Default": "Store",
        },
        "Store": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:dynamodb:putItem.waitForTaskToken",
            "Arguments": {"TableName": "t", "Item": {"pk": {"S": "{% $states.context.Task.Token %}"}, "n": {"N": "1"}}},
            "TimeoutSeconds": 10,
            "Assign": {"stored": "{% $states.result %}"},
            "Retry": [{"ErrorEquals": ["A"]}, {"ErrorEquals": ["States.ALL"]}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Fork"}],
            "Next": "Fork",
        },
        "Fork": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "One", "States": {"One": {"Type": "Pass", "Assign": {"one": 1}, "End": True}}},
                {
                    "StartAt": "Two",
                    "States": {"Two": {"Type": "Wait", "Seconds": 0, "Next": "Three"}, "Three": {"Type": "Succeed"}},
                },
            ],
            "End": True,
        },
    },
}


def states(machine: dict[str, Any]) -> Any:
    return machine["States"]


def branch(machine: dict[str, Any], index: int) -> Any:
    return states(machine)["Fork"]["Branches"][index]


def two(machine: dict[str, Any]) -> Any:
    return branch(machine, 1)["States"]["Two"]


def each(machine: dict[str, Any], **fields: Any) -> Any:
    """The fork as a Map."""
    processor = {"StartAt": "Item", "States": {"Item": {"Type": "Succeed"}}}
    states(machine)["Fork"] = {"Type": "Map", "Items": [1], "ItemProcessor": processor, "End": True, **fields}
    return states(machine)["Fork"]


Plant = Callable[[dict[str, Any]], Any]

FAULTS: list[tuple[str, str, Plant]] = [
    ("ASL-001", "", lambda m: m.update(StartAt="Nowhere", States={})),
    ("ASL-001", "Fork", lambda m: branch(m, 0).update(StartAt="Two", States={})),
    ("ASL-001", "Which", lambda m: states(m)["Which"]["Choices"].append({"Condition": "{% true %}", "Next": "Gone"})),
    ("ASL-001", "Store", lambda m: states(m)["Store"]["Catch"][0].update(Next="One")),
    ("ASL-002", "Island", lambda m: states(m).update(Island={"Type": "Succeed"})),
    (
        "ASL-003",
        "One",
        lambda m: branch(m, 1)["States"].update(One={"Type": "Succeed"}, Three={"Type": "Pass", "Next": "One"}),
    ),
    ("ASL-003", "x" * 81, lambda m: branch(m, 0).update(StartAt="x" * 81, States={"x" * 81: {"Type": "Succeed"}})),
    ("ASL-004", "", lambda m: m.pop("QueryLanguage")),
    ("ASL-004", "Fork", lambda m: states(m)["Fork"].update(ResultPath="$.x")),
    ("ASL-004", "Store", lambda m: states(m)["Store"].update(Output="{% 'a' & States.UUID() %}")),
    ("ASL-004", "Store", lambda m: states(m)["Store"].update(QueryLanguage="JSONPath")),
    ("ASL-005", "Store", lambda m: states(m)["Store"].update(Output="{% $ %}")),
    ("ASL-005", "Store", lambda m: states(m)["Store"].update(Output="{% $map([1], function($v) { $$.x }) %}")),
    ("ASL-005", "Store", lambda m: states(m)["Store"].update(Output="{% $eval('1') %}")),
    ("ASL-006", "Which", lambda m: states(m)["Which"]["Choices"][0].update(Condition="a {% true %}")),
    ("ASL-006", "Which", lambda m: states(m)["Which"].update(Choices=[])),
    ("ASL-007", "Which", lambda m: states(m)["Which"].update(Retry=[{"ErrorEquals": ["States.ALL"]}])),
    ("ASL-007", "Store", lambda m: states(m)["Store"]["Catch"].append({"ErrorEquals": ["A"], "Next": "Fork"})),
    ("ASL-007", "Store", lambda m: states(m)["Store"]["Retry"][1].update(ErrorEquals=["States.ALL", "A"])),
    ("ASL-007", "One", lambda m: branch(m, 0)["States"]["One"].update(Retry=[{"ErrorEquals": ["A"]}])),
    ("ASL-007", "Store", lambda m: states(m)["Store"]["Retry"].reverse()),
    ("ASL-007", "Store", lambda m: states(m)["Store"]["Catch"].insert(0, {"ErrorEquals": [], "Next": "Fork"})),
    ("ASL-008", "Store", lambda m: states(m)["Store"]["Arguments"]["Item"].update(flag={"BOOL": True})),
    ("ASL-009", "", lambda m: m.update(Comment="x" * 1_048_576)),
    ("ASL-010", "One", lambda m: branch(m, 0)["States"]["One"].pop("End")),
    ("ASL-010", "Fork", lambda m: states(m)["Fork"].update(Next="Store")),
    (
        "ASL-010",
        "Which",
        lambda m: (
            states(m)["Which"].pop("Default")
            and states(m)["Which"]["Choices"].append({"Condition": True, "Next": "Store"})
        ),
    ),
    ("ASL-010", "Three", lambda m: branch(m, 1)["States"].update(Three={"Type": "Done"})),
    ("ASL-011", "One", lambda m: branch(m, 0)["States"]["One"].update(Assign={"stored": 1})),
    ("ASL-011", "One", lambda m: branch(m, 0)["States"]["One"].update(Assign={"a-b": 1})),
    ("ASL-012", "Store", lambda m: states(m)["Store"].update(TimeoutSeconds=0)),
    ("ASL-012", "Two", lambda m: branch(m, 1)["States"]["Two"].update(Seconds=100_000_000)),
    ("ASL-012", "Two", lambda m: branch(m, 1)["States"]["Two"].update(Timestamp="2026-01-01T00:00:00Z")),
    ("ASL-012", "Two", lambda m: branch(m, 1)["States"]["Two"].pop("Seconds")),
    ("ASL-013", "Store", lambda m: states(m)["Store"]["Arguments"]["Item"].update(pk={"S": "x"})),
    ("ASL-013", "Store", lambda m: states(m)["Store"].update(Resource="putItem")),
    *(
        ("ASL-014", "Store", lambda m, wrong=wrong: states(m)["Store"].update(Output=f"{{% {wrong} %}}"))
        for wrong in ("1 +", "(1", "[1,]", "{'a': }", "1 2", "$f(1,, 2)", "a ? b : c : d", "'open", "1)", "")
    ),
    ("ASL-015", "Fork", lambda m: states(m)["Fork"].update(Branches=[])),
    *(
        ("ASL-017", "Store", lambda m, bare=bare: states(m)["Store"].update(Output=f"{{% {bare} %}}"))
        for bare in ("amount > 1", "{'k': v}", "[$states.input.a[b], c]", "$count(`a b`.c)", "a.b[c]")
    ),
    *(
        ("ASL-018", "Store", lambda m, deep=deep: states(m)["Store"].update(Output=f"{{% {deep} %}}"))
        for deep in (
            "1" + " + 1" * 100,
            "true" + " and true" * 100,
            "(" * 96 + "1" + ")" * 96,
            "true ? 1 : " * 96 + "2",
        )
    ),
    ("ASL-019", "Store", lambda m: states(m)["Store"].update(Output="{% $states.input.order.`the total` %}")),
    ("ASL-015", "Fork", lambda m: states(m).update(Fork={"Type": "Map", "Items": [], "End": True})),
    ("ASL-006", "Which", lambda m: states(m)["Which"]["Choices"][0].update(Condition="{% 'yes' %}")),
    ("ASL-008", "Store", lambda m: states(m)["Store"]["Arguments"]["Item"].update(count={"N": 1})),
    ("ASL-010", "Three", lambda m: branch(m, 1)["States"]["Three"].update(End=True)),
    ("ASL-012", "", lambda m: m.update(TimeoutSeconds=0)),
    ("ASL-012", "Store", lambda m: states(m)["Store"].update(HeartbeatSeconds=10)),
    ("ASL-012", "Store", lambda m: states(m)["Store"].update(TimeoutSeconds="60")),
    ("ASL-012", "Two", lambda m: (branch(m, 1)["States"]["Two"].pop("Seconds"), two(m).update(Timestamp="soon"))),
    ("ASL-012", "Fork", lambda m: each(m, MaxConcurrency=-1)),
    ("ASL-012", "Fork", lambda m: each(m, ToleratedFailurePercentage=101)),
    ("ASL-015", "Fork", lambda m: each(m).pop("Items")),
    ("ASL-015", "Fork", lambda m: each(m)["ItemProcessor"].update(ProcessorConfig={"Mode": "DISTRIBUTED"})),
    ("ASL-020", "", lambda m: m.update(Timeout=5)),
    ("ASL-020", "Store", lambda m: states(m)["Store"].update(Argumens={})),
    ("ASL-020", "One", lambda m: branch(m, 0)["States"]["One"].update(TimeoutSeconds=5)),
    ("ASL-020", "One", lambda m: branch(m, 0)["States"]["One"].update(Assign="{% {'a': 1} %}")),
    ("ASL-020", "Fork", lambda m: each(m, ItemReader={})),
    ("ASL-020", "Store", lambda m: states(m)["Store"]["Retry"][0].update(MaxAttempt=3)),
    ("ASL-020", "Store", lambda m: states(m)["Store"]["Catch"][0].pop("Next")),
    ("ASL-020", "Which", lambda m: states(m)["Which"]["Choices"][0].pop("Next")),
    *(
        ("ASL-021", "Store", lambda m, wrong=wrong: states(m)["Store"]["Retry"][0].update(wrong))
        for wrong in (
            *({"MaxAttempts": -1}, {"IntervalSeconds": 0}, {"IntervalSeconds": "5"}, {"BackoffRate": 0.5}),
            *({"JitterStrategy": "HALF"}, {"IntervalSeconds": 10, "MaxDelaySeconds": 10}),
        )
    ),
    ("ASL-022", "Store", lambda m: states(m)["Store"]["Retry"][0].update(ErrorEquals=["States.Tiemout"])),
    (
        "ASL-022",
        "Store",
        lambda m: states(m)["Store"]["Catch"].insert(0, {"ErrorEquals": ["States.Runtime"], "Next": "Fork"}),
    ),
    ("ASL-022", "Store", lambda m: states(m)["Store"]["Retry"].insert(0, {"ErrorEquals": ["A"]})),
    *(
        (
            "ASL-022",
            "Three",
            lambda m, wrong=wrong: branch(m, 1)["States"].update(Three={"Type": "Fail", "Error": wrong}),
        )
        for wrong in ("States.Own", "e" * 257, 5)
    ),
    *(
        ("ASL-023", "Store", lambda m, wrong=wrong: states(m)["Store"].update(Output={"a": [wrong]}))
        for wrong in ("{% 1", " {% 1 %}", "{% 1 %} ", "a {% 1 %} b")
    ),
    *(
        ("ASL-024", "Store", lambda m, wrong=wrong: states(m)["Store"].update(Output=f"{{% {wrong} %}}"))
        for wrong in (
            *("$never", "$merg([])", "$one", "$states.inptu", "$states.errorOutput", "$states.context.Map.Item.Index"),
            *("$states.context.Execution.ID", "$states.context.Now", "function($a) { $b }(1)"),
        )
    ),
    ("ASL-024", "Two", lambda m: two(m).update(Output="{% $states.context.Task.Token %}")),
    ("ASL-024", "Store", lambda m: states(m)["Store"]["Arguments"].update(Old="{% $states.result %}")),
    ("ASL-024", "Which", lambda m: states(m)["Which"]["Choices"][0].update(Condition="{% $states.result %}")),
    ("ASL-016", "Fork", lambda m: branch(m, 1)["States"]["Three"].update(Type="Pass", Next="Two")),
]


def test_a_machine_without_faults_is_quiet() -> None:
    assert lint(GOOD) == ()


@pytest.mark.parametrize(("code", "state", "plant"), FAULTS)
def test_a_planted_fault_is_found(code: str, state: str, plant: Plant) -> None:
    machine = copy.deepcopy(GOOD)
    plant(machine)
    assert {(fault.code, fault.state) for fault in lint(machine)} == {(code, state)}


def test_all_that_is_emitted_is_quiet_and_can_be_parsed() -> None:
    for name, path in models().items():
        compilation = compile_bpmn(path.read_bytes(), library=library(path))
        assert [d for d in compilation.diagnostics if d.code.startswith("ASL")] == [], name
        for definition in (machine for process in compilation.processes for machine in process.machines.values()):
            for expression in {text for state in Definition(definition).states for text in state.expressions}:
                Parser().parse(expression)


@pytest.mark.parametrize(
    "text",
    [
        "$states.input.lines[price > 2 and kind in ['a', other]].(name & x)",
        "$states.input{name: $sum(price)}",
        "$states.input.lines^(>price)",
        "$map($states.input.a, function($x) { $x.b.`c d` })",
        "$states.input._dpc.at",
        "($f := function($a, $b) { $a & $b & $stored }; $states.context.Task.Token & $f('$x', 1) & $states.result)",
        "[1, 2, " + "3, " * 500 + "4]",
    ],
)
def test_names_that_are_steps_and_long_rows_are_good(text: str) -> None:
    machine = copy.deepcopy(GOOD)
    states(machine)["Store"]["Output"] = f"{{% {text} %}}"
    assert lint(machine) == ()


def test_every_rule_has_a_planted_fault() -> None:
    assert {rule.__module__.rsplit("asl_", 1)[1][:3] for rule in ALL} == {code[-3:] for code, _, _ in FAULTS}


@pytest.mark.parametrize("junk", [{}, {"States": []}, {"States": {"A": 1, "B": {"Branches": "x", "Choices": 3}}}])
def test_junk_does_not_raise(junk: dict[str, Any]) -> None:
    assert lint(junk)
