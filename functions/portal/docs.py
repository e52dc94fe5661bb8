"""A page that shows the OpenAPI document, without scripts from anywhere else and without scripts at all."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1b1e}
details{border:1px solid #d0d4da;border-radius:8px;margin:.5rem 0;padding:.5rem 1rem}summary{cursor:pointer}
code,pre{font:14px/1.5 ui-monospace,monospace}pre{background:#f4f5f7;padding:.75rem;border-radius:6px;overflow:auto}
.method{display:inline-block;min-width:4.5rem;font-weight:600}table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.25rem .5rem;border-bottom:1px solid #e5e7eb;vertical-align:top}
"""


def render_docs(document: Mapping[str, Any]) -> str:
    """The page, as HTML."""
    operations = "".join(
        _operation(method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )
    title = escape(document["info"]["title"])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} API</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><main>'
        f"<h1>{title} API</h1><p>Version {escape(document['info']['version'])}. The same as data: "
        f'<a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).</p>{operations}'
        f"<h2>Shapes</h2>{_schemas(document['components']['schemas'])}</main></body></html>"
    )


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(p['name'])}</code></td><td>{p['in']}</td><td>{_type(p['schema'])}</td></tr>"
        for p in operation["parameters"]
    )
    parameters = f"<table><tr><th>Parameter</th><th>In</th><th>Type</th></tr>{rows}</table>" if rows else ""
    contents = operation.get("requestBody", {}).get("content", {})
    body = "".join(f"<p>Body <code>{escape(t)}</code>: {_type(c['schema'])}</p>" for t, c in contents.items())
    answers = "".join(_answer(status, answer) for status, answer in operation["responses"].items())
    return (
        f'<details><summary><span class="method">{method.upper()}</span> <code>{escape(path)}</code> '
        f"{escape(operation['summary'])}</summary><p>{escape(operation['description'])}</p>{parameters}{body}"
        f"<table><tr><th>Status</th><th>Answer</th><th>Shape</th></tr>{answers}</table></details>"
    )


def _answer(status: str, answer: Mapping[str, Any]) -> str:
    shapes = ", ".join(_type(c["schema"]) for c in answer.get("content", {}).values())
    return f"<tr><td>{status}</td><td>{escape(answer['description'])}</td><td>{shapes}</td></tr>"


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f'<a href="#{escape(name)}">{escape(name)}</a>'
    return escape(str(schema.get("type", "any")))


def _schemas(schemas: Mapping[str, Any]) -> str:
    return "".join(
        f'<details id="{escape(name)}"><summary>{escape(name)}</summary>'
        f"<pre>{escape(json.dumps(schema, indent=2, ensure_ascii=False))}</pre></details>"
        for name, schema in schemas.items()
    )
