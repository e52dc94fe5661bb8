"""Zip archives from outside: whatever their bytes, files or words, never anything else."""

from collections.abc import Callable
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.bundle import read_archive as read_bundle
from catalogue.exchange.archive import read_archive as read_entries
from catalogue.exchange.workbook import read_workbook, write_workbook
from catalogue.zip_source import ArchiveError, Limits, read_zip
from tests.effort import effort
from tests.functions.deployments.bundles import archive

FILES = {"products/card.yaml": b"id: card\nname: {en: Card}\n" * 40, "forms/apply.json": b'{"components": []}' * 40}
WORKBOOK = write_workbook([["id", "name.en"], ["card", "Card"]])


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (archive(FILES), read_bundle),
        (archive(FILES), lambda content: read_entries(BytesIO(content))),
        (WORKBOOK, lambda content: [*read_workbook(content)]),
    ],
)
@given(data=st.data())
@effort(100)
def test_spoilt_bytes_are_told_in_words(content: bytes, read: Callable[[bytes], object], data: st.DataObject) -> None:
    spoilt = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        spoilt[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ArchiveError):
        read(bytes(spoilt[: data.draw(st.integers(len(content) // 2, len(content)))]))


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(files=1, unpacked=10_000, each=10_000), "2 files; at most 1"),
        (Limits(files=2, unpacked=1_000, each=10_000), "more than 1000 bytes"),
        (Limits(files=2, unpacked=10_000, each=1_000), "'products/card.yaml' has more than 1000 bytes"),
    ],
)
def test_what_is_too_much_is_named(limits: Limits, words: str) -> None:
    with pytest.raises(ArchiveError, match=words):
        read_zip(archive(FILES), limits)
