"""Regular expressions from outside. They run in Rust's `regex` (through pydantic-core): linear in the input, so that
none can be catastrophic. Look-around and back-references, which need backtracking, are refused."""

from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, ValidationError, core_schema


def compile_pattern(pattern: str) -> str | None:
    """What is wrong with a regular expression, None if it is sound.

    >>> compile_pattern("a+"), compile_pattern("(?=a)") is None
    (None, False)
    """
    try:
        _matcher(pattern)
    except SchemaError as error:
        return str(error).splitlines()[-1].strip()
    return None


def matches(pattern: str, text: str) -> bool:
    """Whether a sound expression is found in a text.

    >>> matches("^Wind", "Wind power"), matches("^power", "Wind power")
    (True, False)
    """
    try:
        _matcher(pattern).validate_python(text)
    except ValidationError:
        return False
    return True


@lru_cache(maxsize=256)
def _matcher(pattern: str) -> SchemaValidator:
    return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex"))
