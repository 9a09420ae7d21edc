"""How often things go wrong in a simulated past."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chaos:
    """Chances from 0 to 1; those that end in `_per_day` are counts."""

    guest_fails: float = 0.03
    guest_locked: float = 0.01
    prune_fails: float = 0.01
    limit_reached: float = 0.01
    setup_fails: float = 0.02
    lock_timeout: float = 0.01
    killed: float = 0.01
    interrupted: float = 0.01
    warns: float = 0.02
    log_gone: float = 0.02
    archive_removed: float = 0.02
    protects: float = 0.02
    verified: float = 0.5
    verify_fails: float = 0.05
    manual_per_day: float = 0.2
    noise_per_day: float = 1.0


CALM = Chaos(*(0.0,) * 12, 1.0, 0.0, 0.0, 0.0)
"""Nothing goes wrong, and every older PBS snapshot is verified."""
