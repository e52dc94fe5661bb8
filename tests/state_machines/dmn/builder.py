"""Small DMN files as text, for tests."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def table(
    inputs: Sequence[str],
    rules: Sequence[tuple[Sequence[str], Sequence[str]]],
    outputs: Sequence[str] = ("result",),
    policy: str = "UNIQUE",
    aggregation: str = "",
    values: str = "",
    default: str = "",
    types: Sequence[str] = (),
) -> str:
    """A decision table's XML. `values` are the first output's values, `default` its default output, `types` those of
    the first inputs."""
    declared = [f' typeRef="{each}"' if each else "" for each in (*types, *[""] * (len(inputs) - len(types)))]
    columns = "".join(
        f"<input><inputExpression{type_}><text>{escape(e)}</text></inputExpression></input>"
        for e, type_ in zip(inputs, declared, strict=True)
    )
    extra = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    extra += f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
    columns += "".join(f'<output name="{name}">{extra}</output>' for name in outputs)
    rows = "".join(
        f'<rule id="r{number}">'
        + "".join(f"<inputEntry><text>{escape(test)}</text></inputEntry>" for test in tests)
        + "".join(f"<outputEntry><text>{escape(value)}</text></outputEntry>" for value in results)
        + "</rule>"
        for number, (tests, results) in enumerate(rules, 1)
    )
    attribute = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable id="t" hitPolicy="{policy}"{attribute}>{columns}{rows}</decisionTable>'


def definitions(*parts: str, namespace: str = NAMESPACE) -> bytes:
    """A file of these elements."""
    body = "".join(parts)
    text = f'<definitions xmlns="{namespace}" id="d" name="test" namespace="urn:test">{body}</definitions>'
    return text.encode()


def decision(logic: str, id_: str = "decide", requires: Sequence[str] = (), type_ref: str = "") -> str:
    """A decision named as its id; `requires` are `input:id`, `decision:id` or `knowledge:id`."""
    kinds = {
        "input": ("informationRequirement", "requiredInput"),
        "decision": ("informationRequirement", "requiredDecision"),
        "knowledge": ("knowledgeRequirement", "requiredKnowledge"),
    }
    needs = ""
    for each in requires:
        kind, _, target = each.partition(":")
        outer, inner = kinds[kind]
        needs += f'<{outer}><{inner} href="#{target}"/></{outer}>'
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<decision id="{id_}" name="{id_}"><variable name="{id_}"{typed}/>{needs}{logic}</decision>'


def literal(text: str) -> str:
    """A literal expression."""
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"
