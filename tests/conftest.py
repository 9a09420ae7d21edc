"""Options of the test run."""

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

# The same examples in each run: a red run is of what was changed. With --hypothesis-profile=search they are new ones.
settings.register_profile("search", settings.get_profile("default"))
settings.register_profile("same", derandomize=True)
settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files; read the diff afterwards")


@pytest.hookimpl(optionalhook=True)  # with -p no:xdist there is no such hook
def pytest_xdist_auto_num_workers() -> int:
    """Tests wait for servers, browsers and processes as long as they compute: there is room for one worker more."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(autouse=True)
def _garbage_is_looked_for() -> Iterator[None]:
    """A report leaves all that there is alone for good; what a test left open is to be found all the same."""
    yield
    gc.unfreeze()
