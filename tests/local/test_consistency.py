"""Many clients at once: no lost update, no deadlock, and idle means that everything has been done."""

from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import ClientError

from local.platform import Platform
from tests.local import sample

TABLE = "dpc-sample-outbox"
KEY = {"pk": {"S": "counter"}, "sk": {"S": "-"}}


def count_up(platform: Platform) -> int:
    """Read, then write on condition that nobody else has; how often that succeeded."""
    dynamodb, done = platform.clients("dynamodb"), 0
    for _ in range(15):
        seen = dynamodb.get_item(TableName=TABLE, Key=KEY)["Item"]["n"]["N"]
        put = {
            "TableName": TABLE,
            "Item": {**KEY, "n": {"N": str(int(seen) + 1)}},
            "ConditionExpression": "n = :seen",
            "ExpressionAttributeValues": {":seen": {"N": seen}},
        }
        try:
            dynamodb.transact_write_items(TransactItems=[{"Put": put}])
        except ClientError:
            continue
        done += 1
    return done


def test_conditional_updates_of_many_threads_are_all_counted() -> None:
    with sample.running() as (platform, _), ThreadPoolExecutor(8) as threads:
        platform.clients("dynamodb").put_item(TableName=TABLE, Item={**KEY, "n": {"N": "0"}})
        successes = sum(threads.map(count_up, [platform] * 8))
        item = platform.clients("dynamodb").get_item(TableName=TABLE, Key=KEY)["Item"]
        assert item["n"]["N"] == str(successes)


def test_a_transaction_is_all_or_nothing_and_once_per_token() -> None:
    with sample.running() as (platform, client):
        dynamodb = platform.clients("dynamodb")
        absent = {"ConditionExpression": "attribute_not_exists(pk)"}
        new = {"Put": {"TableName": "dpc-sample-waits", "Item": {"pk": {"S": "new"}, "sk": {"S": "-"}}}}
        once = {"Put": {"TableName": TABLE, "Item": {**KEY, "n": {"N": "1"}}, **absent}}
        for _ in range(2):
            dynamodb.transact_write_items(TransactItems=[once, new], ClientRequestToken="token-1")
        client.post("/_local/idle")
        assert sample.SEEN == [("INSERT", "new")]
        again = {"Put": {"TableName": "dpc-sample-waits", "Item": {"pk": {"S": "other"}, "sk": {"S": "-"}}}}
        try:
            dynamodb.transact_write_items(TransactItems=[again, once])
            raise AssertionError("the condition does not hold")
        except ClientError as error:
            assert [r["Code"] for r in error.response["CancellationReasons"]] == ["None", "ConditionalCheckFailed"]
        client.post("/_local/idle")
        assert sample.SEEN == [("INSERT", "new")]


def test_many_clients_at_once_come_to_rest_with_everything_done() -> None:
    with sample.running() as (platform, client), ThreadPoolExecutor(12) as threads:
        headers = dict(client.headers)
        list(threads.map(lambda n: client.post("/notes", json={"text": f"n{n}"}, headers=headers), range(40)))
        arns = list(threads.map(lambda n: client.post(f"/starts/s{n}").json()["arn"], range(20)))
        assert client.post("/_local/idle").status_code == 200
        assert sum(seen == ("queue", "ElementPassed") for seen in sample.SEEN) == 40
        assert sum(seen[0] == "INSERT" for seen in sample.SEEN if isinstance(seen, tuple)) == 60
        list(threads.map(lambda n: client.post("/answers", json={"text": f"s{n}"}), range(20)))
        client.post("/_local/idle")
        assert {platform.step_functions.simulator.describe(arn).status for arn in arns} == {"SUCCEEDED"}


def test_requests_at_the_same_time_get_their_own_answers() -> None:
    with sample.running() as (_, client), ThreadPoolExecutor(12) as threads:
        link = {"authorization": "Bearer link"}
        ids = [f"id{n}" for n in range(120)]
        answers = threads.map(lambda id_: client.get(f"/notes/{id_}", headers=link).json()["id"], ids)
        assert list(answers) == ids


def test_items_of_all_types_come_back_as_they_went_in() -> None:
    item = {
        **KEY,
        "list": {"L": [{"S": "ż"}, {"M": {"deep": {"BOOL": True}, "none": {"NULL": True}}}]},
        "number": {"N": "1.50"},
        "binary": {"B": b"\x00\xff"},
        "set": {"SS": ["a", "b"]},
        "empty": {"M": {}},
    }
    with sample.running() as (platform, _):
        dynamodb = platform.clients("dynamodb")
        dynamodb.put_item(TableName=TABLE, Item=item)
        assert dynamodb.get_item(TableName=TABLE, Key=KEY)["Item"] == item
        found = dynamodb.query(
            TableName=TABLE, KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": KEY["pk"]}
        )
        assert found["Items"] == [item]


def test_functions_that_machines_call_run_at_the_same_time() -> None:
    with sample.running(virtual=False) as (_, client):
        names = [f"together{number}" for number in range(sample.TOGETHER.parties)]
        for name in names:
            client.post(f"/starts/{name}").raise_for_status()
        client.post("/_local/idle").raise_for_status()
        assert {("INSERT", name) for name in names} <= {seen for seen in sample.SEEN if seen[0] == "INSERT"}
