"""Small bundles for tests, and how clients send them."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from contract import routes
from functions.deployments.handler import handle
from functions.runtime.ports import Connection
from tests.functions.fakes import World
from tests.functions.invoking import Reply, call

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' id="d" targetNamespace="x">\n'
)
FORM = b'{"type": "default", "components": [{"type": "number", "key": "amount", "label": "Amount"}]}'
XML = {"content-type": "application/xml"}


def bpmn(
    process_id: str = "loan",
    *,
    form: str = "apply",
    name: str = "Loan",
    message: str = "",
    signal: str = "",
    condition: str = "",
    timer: str = "",
) -> bytes:
    """A process of one user task. `form`: the key of its form; what starts it: `message` and `signal`, names;
    `condition`, FEEL or JUEL; `timer`, as `timeCycle R3/PT10M`."""
    key = f' camunda:formKey="{form}"' if form else ""
    starts = '<messageEventDefinition messageRef="m"/>' if message else ""
    if timer:
        kind, text = timer.split(" ", 1)
        starts = f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"
    declared = f'<message id="m" name="{message}"/>' if message else ""
    if signal:
        starts, declared = '<signalEventDefinition signalRef="s"/>', f'<signal id="s" name="{signal}"/>'
    if condition:
        starts = f"<conditionalEventDefinition><condition>{escape(condition)}</condition></conditionalEventDefinition>"
    return (
        f'{_HEAD}{declared}<process id="{process_id}" name="{name}" isExecutable="true">\n'
        f'<startEvent id="Start">{starts}</startEvent>\n'
        f'<sequenceFlow id="f1" sourceRef="Start" targetRef="Fill"/>\n'
        f'<userTask id="Fill" name="Fill"{key}/>\n'
        '<sequenceFlow id="f2" sourceRef="Fill" targetRef="End"/>\n<endEvent id="End"/>\n'
        "</process></definitions>"
    ).encode()


def dmn(decision_id: str = "score") -> bytes:
    """A decision of one literal."""
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">'
        f'<decision id="{decision_id}" name="{decision_id}"><literalExpression><text>1</text></literalExpression>'
        "</decision></definitions>"
    ).encode()


def multipart(files: Mapping[str, bytes]) -> dict[str, Any]:
    """The files as a browser sends them."""
    body = b"".join(
        f'--XX\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + content + b"\r\n"
        for name, content in files.items()
    )
    return {"body": body + b"--XX--\r\n", "headers": {"content-type": "multipart/form-data; boundary=XX"}}


def archive(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return buffer.getvalue()


def deploy(world: World, files: Mapping[str, bytes], key: str = "") -> Reply:
    """POST /processes."""
    request = multipart(files)
    if key:
        request["headers"]["idempotency-key"] = key
    return call(world, handle, routes.DEPLOY, **request)


def new_world() -> World:
    """A world that declares one connection."""
    world = World()
    world.connections = (Connection("bureau", "https://bureau.example/", "https://bureau.example/"),)
    return world
