"""The parts of the untyped `jsonata` package that the simulator uses, in one place."""

from jsonata.functions import Functions  # type: ignore[import-untyped]
from jsonata.jexception import JException  # type: ignore[import-untyped]
from jsonata.jsonata import Jsonata  # type: ignore[import-untyped]
from jsonata.parser import Parser  # type: ignore[import-untyped]
from jsonata.utils import Utils  # type: ignore[import-untyped]

__all__ = ["Functions", "JException", "Jsonata", "Parser", "Utils"]
