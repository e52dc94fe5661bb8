"""The stack holds what the contract and the specs name, under the names that the adapters use, and nothing unnamed."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contract import auth, buckets, events, machines, queues, tables
from contract.functions import FunctionSpec
from contract.names import machine_logs, physical
from functions.runtime.aws.names import Names
from functions.runtime.wiring import Environment, read_environment
from functions.specs import ALL
from infra.app import TENANTS
from tests.infra.template import ACCOUNT, REGION, Template

WHERE = Names("demo", ACCOUNT, REGION)


def test_the_stack_stays_well_under_cloudformations_limit(template: Template) -> None:
    assert 100 < len(template.resources) < 400


def test_cfn_lint_finds_nothing(template: Template) -> None:
    lint = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([str(lint), str(template.path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_tables_with_their_keys_indexes_streams_and_expiry(template: Template) -> None:
    found = template.named("AWS::DynamoDB::Table", "TableName")
    assert set(found) == {WHERE.table(table) for table in tables.ALL}
    for table in tables.ALL:
        properties = found[WHERE.table(table)]
        indexes = {i["IndexName"]: _keys(i) for i in properties.get("GlobalSecondaryIndexes", [])}
        assert _keys(properties) == [("pk", "HASH"), ("sk", "RANGE")]
        assert indexes == {i.name: [(i.partition, "HASH"), (i.sort, "RANGE")] for i in table.indexes}
        stream = properties.get("StreamSpecification", {}).get("StreamViewType")
        assert stream == ("NEW_AND_OLD_IMAGES" if table.stream else None)
        assert properties.get("TimeToLiveSpecification", {}).get("AttributeName", "") == table.ttl
        assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        assert properties["SSESpecification"]["SSEType"] == "KMS"


def _keys(properties: Any) -> list[tuple[str, str]]:
    return [(key["AttributeName"], key["KeyType"]) for key in properties["KeySchema"]]


def test_queues_hand_what_fails_to_their_dead_letter_queues(template: Template) -> None:
    found = template.named("AWS::SQS::Queue", "QueueName")
    dead = {physical("demo", queue.dead) for queue in queues.ALL} | {physical("demo", queues.STREAM_FAILURES.name)}
    assert set(found) == {physical("demo", queue.name) for queue in queues.ALL} | dead
    for queue in queues.ALL:
        properties = found[physical("demo", queue.name)]
        redrive = properties["RedrivePolicy"]
        assert redrive["maxReceiveCount"] == queue.max_receives
        assert template.text(redrive["deadLetterTargetArn"]).endswith(f":{physical('demo', queue.dead)}")
        (reader,) = (spec for spec in ALL if queue in spec.queues)
        assert properties["VisibilityTimeout"] >= 6 * reader.timeout_s
    watched = {a["Dimensions"][0]["Value"] for a in template.of("AWS::CloudWatch::Alarm").values() if _of_queue(a)}
    assert watched == dead


def _of_queue(alarm: Any) -> bool:
    return bool(alarm["Namespace"] == "AWS/SQS")


def test_requests_that_fail_are_told_of(template: Template) -> None:
    (alarm,) = (a for a in template.of("AWS::CloudWatch::Alarm").values() if a["Namespace"] == "AWS/ApiGateway")
    assert (alarm["MetricName"], alarm["Threshold"]) == ("5xx", 1)
    assert {d["Name"] for d in alarm["Dimensions"]} == {"ApiId", "Stage"}


def test_each_event_reaches_each_queue_that_hears_it(template: Template) -> None:
    rules = [p for p in template.of("AWS::Events::Rule").values() if "EventPattern" in p]
    heard = [
        (name, template.text(target["Arn"]).rpartition(":")[2])
        for rule in rules
        for name in rule["EventPattern"]["detail-type"]
        for target in rule["Targets"]
    ]
    expected = [(event.name, physical("demo", queue.name)) for event in events.ALL for queue in event.queues]
    assert sorted(heard) == sorted(expected)
    assert {template.text(rule["EventBusName"]) for rule in rules} == {WHERE.bus}
    assert all("DeadLetterConfig" in target for rule in rules for target in rule["Targets"])


def test_functions_read_the_queues_and_streams_of_their_specs(template: Template) -> None:
    found = {
        (template.text(p["FunctionName"]), template.text(p["EventSourceArn"])): p
        for p in template.of("AWS::Lambda::EventSourceMapping").values()
    }
    of_queues = {
        (spec.name, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{physical('demo', q.name)}"): q
        for spec in ALL
        for q in spec.queues
    }
    of_streams = {
        (spec.name, f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{WHERE.table(t)}/stream/*")
        for spec in ALL
        for t in spec.streams
    }
    assert set(found) == {(physical("demo", name), source) for name, source in {*of_queues, *of_streams}}
    assert all(p["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for p in found.values())
    for (name, source), queue in of_queues.items():
        assert found[physical("demo", name), source]["BatchSize"] == queue.batch_size
    for name, source in of_streams:
        assert "OnFailure" in found[physical("demo", name), source]["DestinationConfig"]


def test_dropped_bundles_are_told_to_their_queue(template: Template) -> None:
    found = template.named("AWS::S3::Bucket", "BucketName")
    assert {WHERE.bucket(bucket) for bucket in buckets.ALL} < set(found)
    for bucket in buckets.ALL:
        configurations = found[WHERE.bucket(bucket)].get("NotificationConfiguration", {}).get("QueueConfigurations", [])
        told = [template.text(c["Queue"]).rpartition(":")[2] for c in configurations]
        assert told == ([physical("demo", bucket.notifies)] if bucket.notifies else [])


@pytest.mark.parametrize("spec", ALL, ids=lambda spec: spec.name)
def test_a_function_is_as_its_spec_says(spec: FunctionSpec, template: Template) -> None:
    found = template.named("AWS::Lambda::Function", "FunctionName")[physical("demo", spec.name)]
    assert (found["Handler"], found["MemorySize"], found["Timeout"]) == (spec.entry, spec.memory_mb, spec.timeout_s)
    variables = {name: template.text(value) for name, value in found["Environment"]["Variables"].items()}
    environment = read_environment({**variables, "AWS_REGION": REGION})
    assert (environment.tenant, environment.account) == ("demo", ACCOUNT)
    kinds = {right.kind for right in spec.rights}
    assert bool(environment.machine_role_arn) == ("machine-role" in kinds)
    assert bool(environment.case_link_key_arn) == ("key" in kinds)
    assert bool(environment.token_issuer) == spec.authorizer
    known = {field.alias for field in Environment.model_fields.values()}
    assert {name for name in variables if name.startswith("DPC_")} <= known


def test_there_are_no_other_functions(template: Template) -> None:
    found = template.named("AWS::Lambda::Function", "FunctionName")
    assert set(found) == {physical("demo", spec.name) for spec in ALL}


def test_the_machines_log_is_read_by_those_who_ask_for_it(template: Template) -> None:
    readers = {
        template.text(p["DestinationArn"]).rpartition(":")[2]
        for p in template.of("AWS::Logs::SubscriptionFilter").values()
        if template.text(p["LogGroupName"]) == machine_logs("demo")
    }
    assert readers == {physical("demo", spec.name) for spec in ALL if spec.logs}


def test_sweeps_run_as_often_as_their_specs_say(template: Template) -> None:
    rules = {p["ScheduleExpression"]: p for p in template.of("AWS::Events::Rule").values() if "ScheduleExpression" in p}
    found = {(template.text(r["Targets"][0]["Arn"]).rpartition(":")[2], when) for when, r in rules.items()}
    assert found == {(physical("demo", s.name), f"rate({s.every_minutes} minutes)") for s in ALL if s.every_minutes}


def test_the_pool_has_the_groups_scopes_and_trigger_of_the_contract(template: Template) -> None:
    assert set(template.named("AWS::Cognito::UserPoolGroup", "GroupName")) == set(auth.GROUPS)
    (server,) = template.of("AWS::Cognito::UserPoolResourceServer").values()
    assert f"{server['Identifier']}/" == auth.API
    granted = {scope for scopes in auth.GROUPS.values() for scope in scopes}
    assert {scope["ScopeName"] for scope in server["Scopes"]} == granted
    (pool,) = template.of("AWS::Cognito::UserPool").values()
    trigger = pool["LambdaConfig"]["PreTokenGenerationConfig"]
    (spec,) = (spec for spec in ALL if spec.trigger)
    assert template.text(trigger["LambdaArn"]).endswith(f":{physical('demo', spec.name)}")
    assert trigger["LambdaVersion"] == "V3_0"  # the first that is asked about channels, too


def test_people_are_known_by_a_name_that_models_can_use(template: Template) -> None:
    (pool,) = template.of("AWS::Cognito::UserPool").values()
    assert "UsernameAttributes" not in pool, "else tokens name people by an id"
    assert pool["AliasAttributes"] == ["email"] and pool["AutoVerifiedAttributes"] == ["email"]


def test_without_an_address_nobody_hears_of_alarms(template: Template) -> None:
    assert not template.of("AWS::SNS::Topic")
    assert not any("AlarmActions" in alarm for alarm in template.of("AWS::CloudWatch::Alarm").values())


def test_the_tenants_address_hears_of_every_alarm(tmp_path: Path, stand_in: Path) -> None:
    from infra.stacks import build_app, load_tenant

    tenant = load_tenant(TENANTS / "demo.yaml").model_copy(update={"alarms": "night@demo.example"})
    stack = build_app(tenant, folder=tmp_path, bundle=lambda _: str(stand_in)).synth().get_stack_by_name("dpc-demo")
    template = Template.read(Path(stack.template_full_path))
    (topic,) = template.of("AWS::SNS::Topic")
    alarms = template.of("AWS::CloudWatch::Alarm").values()
    assert alarms and all(alarm["AlarmActions"] == [{"Ref": topic}] for alarm in alarms)
    (address,) = template.of("AWS::SNS::Subscription").values()
    assert (address["Protocol"], address["Endpoint"]) == ("email", "night@demo.example")
    (key,) = (p for p in template.of("AWS::KMS::Key").values() if p.get("EnableKeyRotation"))
    (use,) = (s for s in key["KeyPolicy"]["Statement"] if s["Principal"].get("Service") == "cloudwatch.amazonaws.com")
    assert set(use["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey*"}


def test_everything_that_has_a_name_has_it_from_the_contract(template: Template) -> None:
    prefixes = ("dpc-demo-", "/aws/lambda/dpc-demo-", "/aws/vendedlogs/apis/dpc-demo-", machine_logs("demo"))
    by_parent = {"AWS::Cognito::UserPoolGroup", "AWS::Cognito::UserPoolClient", "AWS::Cognito::UserPoolResourceServer",
                 "AWS::ApiGatewayV2::Authorizer", "AWS::ApiGatewayV2::Stage"}  # fmt: skip
    wrong = [
        (id_, key, value)
        for id_, resource in template.resources.items()
        if resource["Type"] not in by_parent
        for key, value in resource.get("Properties", {}).items()
        if key in ("Name", "Domain") or key == f"{resource['Type'].rpartition('::')[2]}Name" or key == "LogGroupName"
        if not template.text(value).startswith(prefixes)
    ]
    assert wrong == []


def test_data_and_what_opens_it_outlive_the_stack(template: Template) -> None:
    kinds = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Cognito::UserPool"}
    kept = {id_ for id_, r in template.resources.items() if r.get("DeletionPolicy") == "RetainExceptOnCreate"}
    keys = {id_ for id_, p in template.of("AWS::KMS::Key").items() if p.get("EnableKeyRotation")}
    assert kept == {id_ for id_, r in template.resources.items() if r["Type"] in kinds} | keys


def test_machines_go_with_the_stack_before_what_they_stand_on_and_after_what_starts_them(template: Template) -> None:
    removal = template.resources["RunTimeMachines"]
    (spec,) = (spec for spec in ALL if spec.stack_events)
    assert template.text(removal["Properties"]["ServiceToken"]).endswith(f":{physical('demo', spec.name)}")
    (role,) = (
        id_ for id_, p in template.of("AWS::IAM::Role").items() if p["RoleName"] == physical("demo", machines.ROLE)
    )
    (log,) = (id_ for id_, p in template.of("AWS::Logs::LogGroup").items() if p["LogGroupName"] == machine_logs("demo"))
    assert {role, log} <= set(removal["DependsOn"])
    starters = {**template.of("AWS::Lambda::EventSourceMapping"), **template.of("AWS::ApiGatewayV2::Stage")}
    assert starters
    assert all("RunTimeMachines" in template.resources[id_]["DependsOn"] for id_ in starters)
