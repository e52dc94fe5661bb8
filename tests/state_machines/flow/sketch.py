"""Short notation for models, drawn in either dialect.

A sketch is a list of words, one element or chain of flows a line (or between semicolons):
`user A`, `boundary T on A timer PT1H non`, `sub P {`, `}`, `A -> B -[x > 1]-> C`.
"""

import re
from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from tests.state_machines.flow.drawing import HEAD, PLATFORMS

TAGS: Final = {
    "start": "startEvent",
    "end": "endEvent",
    "catch": "intermediateCatchEvent",
    "throw": "intermediateThrowEvent",
    "boundary": "boundaryEvent",
    "user": "userTask",
    "task": "task",
    "service": "serviceTask",
    "script": "scriptTask",
    "receive": "receiveTask",
    "send": "sendTask",
    "rule": "businessRuleTask",
    "manual": "manualTask",
    "call": "callActivity",
    "xor": "exclusiveGateway",
    "and": "parallelGateway",
    "or": "inclusiveGateway",
    "choose": "eventBasedGateway",
    "sub": "subProcess",
    "esub": "subProcess",
    "tx": "transaction",
    "adhoc": "adHocSubProcess",
}
TIMERS: Final = {"timer": "timeDuration", "date": "timeDate", "cycle": "timeCycle"}
ROOTS: Final = {"message": "name", "signal": "name", "error": "errorCode", "escalation": "escalationCode"}
FLOW: Final = re.compile(r"\s*(?:->|-(\w*)\[(.*?)\]->|-(\w+)->)\s*")
NAMED: Final = {"on": "attachedToRef", "default": "default"}
WORD: Final = re.compile(r"(?:`[^`]*`|\S)+")


class Sketch:
    """Draws the notation as BPMN of one dialect; `bpmn`: with words of Camunda 8, but for no platform."""

    def __init__(self, text: str, dialect: str) -> None:
        self.dialect, self.roots, self.flows = dialect, dict[str, str](), 0
        self.processes: list[str] = []
        self.lines = iter([part for line in text.splitlines() for part in _parts(line.strip()) if part])

    def bytes(self) -> bytes:
        body = "".join(self._scope())
        head = HEAD.format(platform=PLATFORMS.get(self.dialect, ""), roots="".join(self.roots.values()))
        more = "".join(self.processes)
        return f"{head}{body}</bpmn:process>{more}</bpmn:definitions>".encode()

    def _scope(self) -> Iterator[str]:
        for line in self.lines:
            if line == "}":
                return
            if "->" in line:
                yield from self._chain(line)
            elif line.startswith("process "):
                self.processes.append(self._process(line.split()[1:]))
            elif line.startswith("global "):
                self.processes.append(f'<bpmn:globalUserTask id="{line.split()[1]}"/>')
            elif line.startswith("<"):
                yield line
            else:
                yield self._element(line)

    def _process(self, words: list[str]) -> str:
        """`process name {`, or with a version tag `process name tag v1 {`."""
        tag = words[2] if "tag" in words else ""
        attributes = f' camunda:versionTag="{tag}"' if tag and self.dialect == "camunda7" else ""
        extension = f'<zeebe:versionTag value="{tag}"/>' if tag and not attributes else ""
        inside = (f"<bpmn:extensionElements>{extension}</bpmn:extensionElements>" if extension else "") + "".join(
            self._scope()
        )
        return f'<bpmn:process id="{words[0]}" isExecutable="true"{attributes}>{inside}</bpmn:process>'

    def _chain(self, line: str) -> Iterator[str]:
        parts = FLOW.split(line)
        for at in range(0, len(parts) - 4, 4):
            source, name, condition, plain, target = parts[at : at + 5]
            self.flows += 1
            inside = ""
            if condition:
                inside = f"<bpmn:conditionExpression>{escape(self.expression(condition))}</bpmn:conditionExpression>"
            named = name or plain or f"f{self.flows}"
            ends = f'sourceRef="{source}" targetRef="{target}"'
            yield f'<bpmn:sequenceFlow id="{named}" {ends}>{inside}</bpmn:sequenceFlow>'

    def expression(self, text: str) -> str:
        if self.dialect != "camunda7":
            return f"={text}"
        return "${" + re.sub(r"(?<![<>!=])=(?!=)", "==", text) + "}"

    def _element(self, line: str) -> str:
        kind, _, rest = line.partition(" ")
        element, _, rest = rest.partition(" ")
        attributes, inside, extra = {"id": element}, "", ""
        if kind == "esub":
            attributes["triggeredByEvent"] = "true"
        if rest.endswith("{"):
            rest, nested = rest[:-1], True
        else:
            nested = False
        words = Words(self, kind, rest)
        attributes |= words.attributes
        extra = f"<bpmn:extensionElements>{words.extensions}</bpmn:extensionElements>" if words.extensions else ""
        inside = extra + ("".join(self._scope()) if nested else "") + words.inside
        written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
        drawn = f"<bpmn:{TAGS[kind]}{written}>{inside}</bpmn:{TAGS[kind]}>"
        if words.handler:
            drawn += f'<bpmn:association id="to{words.handler}" sourceRef="{element}" targetRef="{words.handler}"/>'
        return drawn

    def root(self, kind: str, name: str) -> str:
        key = ""
        if kind == "message" and self.dialect != "camunda7":
            key = (
                '<bpmn:extensionElements><zeebe:subscription correlationKey="=&quot;1&quot;"/></bpmn:extensionElements>'
            )
        written = quoteattr(self.expression(name[1:]) if name.startswith("=") else name)
        named = f" name={written}" + (f" {ROOTS[kind]}={written}" if ROOTS[kind] != "name" else "")
        root = f"{kind}_" + re.sub(r"\W", "_", name)
        self.roots[root] = f'<bpmn:{kind} id="{root}"{named}>{key}</bpmn:{kind}>'
        return root

    def definition(self, kind: str, name: str) -> str:
        """An event definition beside the processes."""
        root = self.root(kind, name)
        self.roots[f"of_{root}"] = f'<bpmn:{kind}EventDefinition id="of_{root}" {kind}Ref="{root}"/>'
        return f"of_{root}"


def _parts(line: str) -> list[str]:
    """What semicolons part, outside of conditions; a line of XML is one part."""
    return [line] if line.startswith("<") else [part.strip() for part in re.split(r";(?=\s|$)(?![^\[]*\])", line)]


class Words:
    """What stands behind the id of an element: attributes, extensions, what is inside."""

    def __init__(self, sketch: Sketch, kind: str, text: str) -> None:
        self.sketch, self.kind, self.seven = sketch, kind, sketch.dialect == "camunda7"
        self.words = [word.replace("`", "") for word in WORD.findall(text)]
        self.attributes: dict[str, str] = {}
        self.extensions = "<zeebe:userTask/>" if kind == "user" and not self.seven else ""
        self.inside = self.handler = self.mappings = ""
        self.tries = "3"
        self.decides = "decide" in self.words
        while self.words:
            self._word(self.words.pop(0))
        if self.mappings:
            tag = "camunda:inputOutput" if self.seven else "zeebe:ioMapping"
            self.extensions += f"<{tag}>{self.mappings}</{tag}>"
        if kind == "service" or (kind == "rule" and not self.decides):
            self._job("work")

    def _word(self, word: str) -> None:
        if word in TIMERS:
            self._timer(TIMERS[word])
        elif word in ROOTS:
            self._rooted(word)
        elif word in ("terminate", "cancel"):
            self.inside += f"<bpmn:{word}EventDefinition/>"
        elif word in NAMED:
            self.attributes[NAMED[word]] = self.words.pop(0)
        elif word in ("each", "sequence"):
            self._instances(word)
        elif word in ("in", "out"):
            self._mapping(word)
        elif "=" in word:
            self._script(*word.split("=", 1))
        else:
            getattr(self, f"_{word}")()

    def _non(self) -> None:
        self.attributes["isInterrupting" if self.kind == "start" else "cancelActivity"] = "false"

    def _again(self) -> None:
        """A standard loop: `again condition`, and behind it `most 3` and `first` (asked before the first turn)."""
        text, attributes = escape(self.sketch.expression(self.words.pop(0))), ""
        while self.words and self.words[0] in ("most", "first"):
            word = self.words.pop(0)
            attributes += f' loopMaximum="{self.words.pop(0)}"' if word == "most" else ' testBefore="true"'
        condition = f"<bpmn:loopCondition>{text}</bpmn:loopCondition>"
        tag = "bpmn:standardLoopCharacteristics"
        self.inside += f"<{tag}{attributes}>{condition}</{tag}>"

    def _most(self) -> None:
        """A standard loop of so many turns."""
        self.inside += f'<bpmn:standardLoopCharacteristics loopMaximum="{self.words.pop(0)}"/>'

    def _instantiate(self) -> None:
        """Whether it starts the process."""
        self.attributes["instantiate"] = "true"

    def _decide(self) -> None:
        """A decision that is known, and the variable of its result."""
        decision, _, name = self.words.pop(0).partition("=")
        if self.seven:
            self.attributes |= {"camunda:decisionRef": decision, "camunda:resultVariable": name}
            self.attributes["camunda:mapDecisionResult"] = "singleEntry"
        else:
            self.extensions += f'<zeebe:calledDecision decisionId="{decision}" resultVariable="{name}"/>'

    def _every(self) -> None:
        """All definitions are needed, or all events behind a gateway."""
        self.attributes |= {"eventGatewayType": "Parallel"} if self.kind == "choose" else {"parallelMultiple": "true"}

    def _ordered(self) -> None:
        self.attributes["ordering"] = "Sequential"

    def _rest(self) -> None:
        self.attributes["cancelRemainingInstances"] = "false"

    def _enough(self) -> None:
        text = escape(self.sketch.expression(self.words.pop(0)))
        self.inside += f"<bpmn:completionCondition>{text}</bpmn:completionCondition>"

    def _async(self) -> None:
        """Camunda 7: the step is stored before and after, which changes nothing."""
        self.attributes |= {"camunda:asyncBefore": "true", "camunda:asyncAfter": "true"} if self.seven else {}

    def _tries(self) -> None:
        """How often a job is tried."""
        self.tries = self.words.pop(0)
        if self.seven:
            self.extensions += f"<camunda:failedJobRetryTimeCycle>R{self.tries}/PT1M</camunda:failedJobRetryTimeCycle>"

    def _undo(self) -> None:
        self.attributes["isForCompensation"] = "true"

    def _by(self) -> None:
        self.handler = self.words.pop(0)

    def _link(self) -> None:
        self.inside += f'<bpmn:linkEventDefinition name="{self.words.pop(0)}"/>'

    def _compensate(self) -> None:
        ref = f' activityRef="{self.words.pop(0)}"' if self.words and self.words[0] not in ("by", "nowait") else ""
        wait = ' waitForCompletion="false"' if "nowait" in self.words else ""
        self.words = [word for word in self.words if word != "nowait"]
        self.inside += f"<bpmn:compensateEventDefinition{ref}{wait}/>"

    def _condition(self) -> None:
        text = escape(self.sketch.expression(self.words.pop(0)))
        condition = f"<bpmn:condition>{text}</bpmn:condition>"
        attributes, inside = self._filter()
        self.inside += (
            f"<bpmn:conditionalEventDefinition{attributes}>{inside}{condition}</bpmn:conditionalEventDefinition>"
        )

    def _filter(self) -> tuple[str, str]:
        """Behind a condition `of x,y` and `when create`: by which writing of which variables it is evaluated."""
        told = {"of": "variableName" if self.seven else "variableNames", "when": "variableEvents"}
        found = ""
        while self.words and self.words[0] in told:
            name = told[self.words.pop(0)]
            found += f' {"camunda:" if self.seven else ""}{name}="{self.words.pop(0)}"'
        if self.seven or not found:
            return found, ""
        return "", f"<bpmn:extensionElements><zeebe:conditionalFilter{found}/></bpmn:extensionElements>"

    def _chosen(self) -> None:
        """Of an ad-hoc sub-process of Camunda 8: with which activities it begins."""
        names = ", ".join(f"&quot;{name}&quot;" for name in self.words.pop(0).split(","))
        if not self.seven:
            self.extensions += f'<zeebe:adHoc activeElementsCollection="=[{names}]"/>'

    def _process(self) -> None:
        """Which process is called; `bind deployment` (latest, version:1, versionTag:v1); and what is handed over, if
        not all: `takes x,y`, `returns sum=x`, `returns -`."""
        name, options = self.words.pop(0), dict[str, str]()
        while self.words and self.words[0] in ("bind", "takes", "returns"):
            option = self.words.pop(0)
            options[option] = self.words.pop(0)
        kind, _, value = options.get("bind", "").partition(":")
        handed = {side: options.get(option) for side, option in (("in", "takes"), ("out", "returns"))}
        if self.seven:
            bound = {"Binding": kind, f"{kind[:1].upper()}{kind[1:]}": value}
            self.attributes |= {f"camunda:calledElement{end}": text for end, text in bound.items() if text}
            self.attributes["calledElement"] = name
            self.extensions += '<camunda:in businessKey="#{execution.processBusinessKey}"/>'
            self.extensions += "".join(f'<camunda:{side} variables="all"/>' for side in handed if handed[side] is None)
        else:
            bound = {"processId": name, "bindingType": kind, kind: value}
            bound |= {"propagateAllParentVariables": "false"} if handed["in"] is not None else {}
            bound |= {"propagateAllChildVariables": "false"} if handed["out"] == "-" else {}
            written = "".join(f' {name}="{text}"' for name, text in bound.items() if text)
            self.extensions += f"<zeebe:calledElement{written}/>"
        for side, names in handed.items():
            for target, _, source in (each.partition("=") for each in (names or "-").split(",") if each != "-"):
                self._handed(side, target, source or target)

    def _handed(self, side: str, target: str, source: str) -> None:
        if self.seven:
            self.extensions += f'<camunda:{side} source="{source}" target="{target}"/>'
        else:
            self.mappings += f'<zeebe:{side}put source="={source}" target="{target}"/>'

    def _job(self, name: str) -> None:
        if self.seven:
            self.attributes |= {"camunda:type": "external", "camunda:topic": name}
        else:
            self.extensions += f'<zeebe:taskDefinition type="{name}" retries="{self.tries}"/>'

    def _timer(self, tag: str) -> None:
        text = self.words.pop(0)
        text = escape(self.sketch.expression(text[1:]) if text.startswith("=") else text)
        self.inside += f"<bpmn:timerEventDefinition><bpmn:{tag}>{text}</bpmn:{tag}></bpmn:timerEventDefinition>"

    def _rooted(self, kind: str) -> None:
        name = self.words.pop(0)
        ref = self.sketch.root(kind, name) if name != "*" else ""
        if self.kind in ("receive", "send"):
            self.attributes["messageRef"] = ref
        else:
            written = f' {kind}Ref="{ref}"' if ref else ""
            self.inside += f"<bpmn:{kind}EventDefinition{written}/>"

    def _script(self, name: str, value: str) -> None:
        if self.seven:
            self.attributes |= {"scriptFormat": "feel", "camunda:resultVariable": name}
            self.inside += f"<bpmn:script>{escape(value)}</bpmn:script>"
        else:
            self.extensions += f'<zeebe:script expression={quoteattr("=" + value)} resultVariable="{name}"/>'

    def _mapping(self, side: str) -> None:
        name, _, value = self.words.pop(0).partition("=")
        text = self.sketch.expression(value)
        if self.seven:
            self.mappings += f'<camunda:{side}putParameter name="{name}">{escape(text)}</camunda:{side}putParameter>'
        else:
            self.mappings += f'<zeebe:{side}put source={quoteattr(text)} target="{name}"/>'

    def _instances(self, word: str) -> None:
        """`each i of items`, `sequence i of 3`, and behind it `until condition`, `collect results=output` and
        `throws None signal G`: an event as each instance ends, or with `One` the first."""
        variable, _, collection = (self.words.pop(0) for _ in range(3))
        options = {"until": "", "collect": ""}
        while self.words and self.words[0] in options:
            option = self.words.pop(0)
            options[option] = self.words.pop(0)
        attributes = ' isSequential="true"' if word == "sequence" else ""
        if self.words and self.words[0] == "throws":
            _, behavior, kind, name = (self.words.pop(0) for _ in range(4))
            thrown = self.sketch.definition(kind, name)
            attributes += f' behavior="{behavior}" {behavior.lower()}BehaviorEventRef="{thrown}"'
        inner = ""
        if collection.isdigit():
            inner = f"<bpmn:loopCardinality>{collection}</bpmn:loopCardinality>"
        elif self.seven:
            attributes += f' camunda:collection="{collection}" camunda:elementVariable="{variable}"'
        else:
            name, _, value = options["collect"].partition("=")
            out = f' outputCollection="{name}" outputElement={quoteattr("=" + value)}' if name else ""
            given = f'<zeebe:loopCharacteristics inputCollection="={collection}" inputElement="{variable}"{out}/>'
            inner = f"<bpmn:extensionElements>{given}</bpmn:extensionElements>"
        if options["until"]:
            text = escape(self.sketch.expression(options["until"]))
            inner += f"<bpmn:completionCondition>{text}</bpmn:completionCondition>"
        tag = "bpmn:multiInstanceLoopCharacteristics"
        self.inside += f"<{tag}{attributes}>{inner}</{tag}>"
