"""What the settings asked of the judgement, as JSON: without it a tape does not give the same report again."""

from dataclasses import asdict
from typing import Any

from pve_backup_report.bundle.policy_data import policy_data, read_policy_data
from pve_backup_report.model.restore import Restore
from pve_backup_report.model.wishes import Wishes


def wishes_data(wishes: Wishes) -> dict[str, object]:
    """Return the wishes as plain values."""
    return {
        "max_age_s": wishes.max_age_s,
        "offsite": sorted(wishes.offsite),
        "restore_test_age_s": wishes.restore_test_age_s,
        "restores": [asdict(restore) for restore in wishes.restores],
        "policy": policy_data(wishes.policy),
    }


def read_wishes(data: Any) -> Wishes:  # noqa: ANN401 -- parsed JSON of anybody
    """Return the wishes again.

    Args:
        data: what ``wishes_data`` returned, or anything else.

    Raises:
        KeyError, TypeError, ValueError: when it is something else.
    """
    return Wishes(
        max_age_s=_seconds(data["max_age_s"]),
        offsite=frozenset(str(name) for name in data["offsite"]),
        restore_test_age_s=_seconds(data["restore_test_age_s"]),
        restores=tuple(Restore(**row) for row in data["restores"]),
        policy=read_policy_data(data["policy"]),
    )


def _seconds(value: object) -> int | None:
    if value is not None and type(value) is not int:
        raise TypeError("no number of seconds")
    return value
