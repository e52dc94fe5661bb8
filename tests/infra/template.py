"""A synthesised template as tests read it: intrinsic functions become the text that CloudFormation makes of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ACCOUNT, REGION = "123456789012", "eu-central-1"
_PSEUDO = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "AWS::URLSuffix": "amazonaws.com"}
_ARNS = {
    "AWS::SQS::Queue": ("QueueName", "sqs", ""),
    "AWS::DynamoDB::Table": ("TableName", "dynamodb", "table/"),
    "AWS::Lambda::Function": ("FunctionName", "lambda", "function:"),
    "AWS::Logs::LogGroup": ("LogGroupName", "logs", "log-group:"),
}


@dataclass(frozen=True)
class Template:
    """The template of the demo tenant."""

    path: Path
    body: Mapping[str, Any]

    @staticmethod
    def read(path: Path) -> "Template":
        return Template(path, json.loads(path.read_text()))

    @property
    def resources(self) -> Mapping[str, Any]:
        return self.body["Resources"]

    def of(self, kind: str) -> dict[str, Any]:
        """The properties of all resources of a type, by logical id."""
        return {id_: r.get("Properties", {}) for id_, r in self.resources.items() if r["Type"] == kind}

    def named(self, kind: str, name: str) -> dict[str, Any]:
        """The properties of all resources of a type, by the property that is their name."""
        found = {self.text(properties[name]): properties for properties in self.of(kind).values()}
        assert len(found) == len(self.of(kind))
        return found

    def text(self, value: Any) -> str:
        match value:
            case str() | int() | bool():
                return str(value)
            case {"Fn::Join": [separator, parts]}:
                return str(separator).join(self.text(part) for part in parts)
            case {"Ref": name}:
                return _PSEUDO.get(name) or self._reference(name)
            case {"Fn::GetAtt": [name, attribute]}:
                return self._attribute(name, attribute)
        raise AssertionError(f"unknown intrinsic: {value}")

    def _reference(self, name: str) -> str:
        kind, properties = self.resources[name]["Type"], self.resources[name]["Properties"]
        named = {
            "AWS::Lambda::Function": "FunctionName",
            "AWS::Logs::LogGroup": "LogGroupName",
            "AWS::Events::EventBus": "Name",
            "AWS::S3::Bucket": "BucketName",
        }.get(kind)
        return self.text(properties[named]) if named else f"<{name}>"

    def _attribute(self, name: str, attribute: str) -> str:
        kind, properties = self.resources[name]["Type"], self.resources[name]["Properties"]
        if kind == "AWS::IAM::Role":
            return f"arn:aws:iam::{ACCOUNT}:role/{properties['RoleName']}"
        if kind == "AWS::KMS::Key":
            return f"key:{name}"
        if kind not in _ARNS:
            return f"<{name}.{attribute}>"
        named, service, prefix = _ARNS[kind]
        arn = f"arn:aws:{service}:{REGION}:{ACCOUNT}:{prefix}{self.text(properties[named])}"
        return arn + {"StreamArn": "/stream/*", "Arn": ":*" if service == "logs" else ""}[attribute]
