"""The examples in the docstrings of the catalogue's modules say what is so."""

import doctest
import importlib
import pkgutil

import pytest

import catalogue

MODULES = [
    module.name for module in pkgutil.walk_packages(catalogue.__path__, "catalogue.") if ".products." not in module.name
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
