"""A ``pvesh`` to run in place of the real one: a real process, whose words a test decides."""

from fake_pvesh.api import Words, recorded_api, said
from fake_pvesh.process import FakePvesh

__all__ = ["FakePvesh", "Words", "recorded_api", "said"]
