"""From a request's body, or an uploaded object, to the files of a bundle: path to bytes."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath

from multipart import MultipartError, MultipartParser, parse_options_header  # type: ignore[import-untyped]

from catalogue.bundle import read_archive
from contract import errors
from contract.routes import MAX_BODY_BYTES
from functions.runtime.problems import ProblemError

MAX_PARTS = 200
_FOLDERS = {".json": "forms", ".html": "documents"}
"""Where a file that came without a folder belongs: browsers send names only."""


def from_request(raw: bytes, content_type: str) -> dict[str, bytes]:
    """The files of `POST /processes`. Raises `ProblemError` if the body cannot be read as what it says it is."""
    media, options = parse_options_header(content_type)
    if media.lower() in ("application/xml", "text/xml"):
        files = {"process.bpmn": raw}
    elif media.lower() == "multipart/form-data":
        files = _unique(_parts(raw, options.get("boundary", "")))
    else:
        raise ProblemError(errors.UNSUPPORTED_MEDIA_TYPE, "Send application/xml or multipart/form-data.")
    if not any(files.values()):
        raise ProblemError(errors.INVALID_REQUEST, "The request holds no file.")
    return files


def from_upload(filename: str, content: bytes) -> dict[str, bytes]:
    """The files of an upload: a zip, or one file. Raises `ArchiveError` for a zip that cannot be read."""
    if filename.lower().endswith(".zip"):
        return _below_common_folder(read_archive(content))
    return {placed(filename, content): content}


def placed(filename: str, content: bytes) -> str:
    """Where in a bundle a file belongs that is given by its name.

    >>> placed("apply.json", b"{}"), placed("forms/apply.json", b"{}"), placed("a.xml", b"<definitions/>")
    ('forms/apply.json', 'forms/apply.json', 'a.bpmn')
    >>> placed("apply.form", b"{}")  # as Camunda's Modeler saves it
    'forms/apply.json'
    """
    path = PurePosixPath(filename.replace("\\", "/").lstrip("/"))
    if path.suffix.lower() == ".xml":
        return str(path.with_suffix(".dmn" if b"omg.org/spec/DMN/" in content[:4000] else ".bpmn"))
    if path.suffix.lower() == ".form":
        path = path.with_suffix(".json")
    if len(path.parts) == 1 and (folder := _FOLDERS.get(path.suffix.lower())):
        return f"{folder}/{path}"
    return str(path)


def _parts(raw: bytes, boundary: str) -> Iterator[tuple[str, bytes]]:
    try:
        parser = MultipartParser(
            BytesIO(raw), boundary, len(raw), strict=True, part_limit=MAX_PARTS, memory_limit=2 * MAX_BODY_BYTES,
            spool_limit=MAX_BODY_BYTES,
        )  # fmt: skip
        for part in parser:
            name, content = part.filename or part.name or "", part.raw
            if ".." in PurePosixPath(name).parts or not PurePosixPath(name).name:
                raise ProblemError(errors.INVALID_REQUEST, f"{name!r} is not a file name.")
            yield placed(name, content), content
    except MultipartError as error:
        raise ProblemError(errors.INVALID_REQUEST, f"The body is not multipart/form-data: {error}.") from error


def _unique(parts: Iterator[tuple[str, bytes]]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for name, content in parts:
        if name in files:
            raise ProblemError(errors.INVALID_REQUEST, f"The file {name!r} is there twice.")
        files[name] = content
    return files


def _below_common_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    """An archive of a folder and one of its content mean the same; what archivers add of their own is left out."""
    plain = {PurePosixPath(name): content for name, content in files.items() if not _archivers_own(name)}
    tops = {path.parts[0] for path in plain}
    in_folder = len(tops) == 1 and all(len(path.parts) > 1 for path in plain)
    if in_folder and not tops & set(_FOLDERS.values()):
        plain = {PurePosixPath(*path.parts[1:]): content for path, content in plain.items()}
    return {placed(str(path), content): content for path, content in plain.items()}


def _archivers_own(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith(".")
