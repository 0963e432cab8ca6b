"""The examples in the docstrings of `reprieve.rules` are true."""

import doctest
from importlib import import_module
from pkgutil import iter_modules

import pytest

import reprieve.rules

pytestmark = pytest.mark.fast

MODULES = [module.name for module in iter_modules(reprieve.rules.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_an_example_gives_what_it_shows(name):
    assert doctest.testmod(import_module(f"reprieve.rules.{name}")).failed == 0
