"""How often hypothesis tries: seldom by default, as often as ``EXAMPLES`` says."""

import os

from hypothesis import HealthCheck, Phase, settings

_MANY = int(os.environ.get("EXAMPLES", "0"))


def examples(few: int, share: int = 1) -> settings:
    """Return the settings of a test that makes whole reports: slow, and not worth shrinking.

    Args:
        few: examples by default.
        share: of so many of the examples wanted, one is tried; for what is slower than the rest.
    """
    return settings(
        max_examples=_MANY // share or few,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),
    )
