"""Task ids: there and back, and safe in a URL's path."""

import re
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from contract.shapes.common import Id
from functions.tasks.ids import key_of, task_id
from tests.effort import effort

INSTANCE = st.from_regex(r"[0-9A-Za-z-]{1,40}", fullmatch=True)
STATE = st.text(min_size=1, max_size=25)


@effort(100)
@given(INSTANCE, st.lists(STATE, min_size=1, max_size=2), st.integers(0, 10**13), st.none() | st.integers(0, 99))
def test_there_and_back(instance: str, path: list[str], entered: int, index: int | None):
    suffix = "" if index is None else f"#{index}"
    sort_key = f"wait#{'/'.join(path)}@{entered}{suffix}"
    id_ = task_id(instance, sort_key)
    assert key_of(id_) == (instance, sort_key)
    assert quote(id_, safe=":@") == id_


@effort(100)
@given(st.from_regex(r"[A-Za-z_][0-9A-Za-z_.-]{0,60}", fullmatch=True))
def test_ids_of_ordinary_states_pass_as_ids(state: str):
    id_ = task_id("01m80d6jq02vn8ezwbszbfvxpk", f"wait#{state}@1795310177029")
    assert TypeAdapter(Id).validate_python(id_) == id_


@effort(100)
@given(st.text(max_size=40))
def test_any_text_is_a_key_or_none(text: str):
    key = key_of(text)
    assert key is None or (re.fullmatch(r"[0-9A-Za-z-]+", key[0]) and key[1].startswith("wait#"))
