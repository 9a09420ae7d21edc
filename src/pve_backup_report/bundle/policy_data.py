"""The policy as JSON, and back: a report with exemptions can be made again from its bundle."""

from dataclasses import asdict
from datetime import date
from typing import Any

from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.policy import Acknowledgement, Exemption, GuestRule, Origin, Policy, Selector


def policy_data(policy: Policy) -> dict[str, object]:
    """Return a policy as plain values."""
    data: dict[str, object] = _plain(asdict(policy))
    return data


def read_policy_data(data: Any) -> Policy:  # noqa: ANN401 -- parsed JSON of anybody
    """Return the policy again.

    Args:
        data: what ``policy_data`` returned, or anything else.

    Raises:
        KeyError, TypeError, ValueError: when it is something else.
    """
    return Policy(
        file=data["file"],
        exemptions=tuple(Exemption(**_common(row)) for row in data["exemptions"]),
        rules=tuple(_rule(row) for row in data["rules"]),
        acknowledgements=tuple(
            Acknowledgement(**{**row, **_whence(row), "clusters": tuple(row["clusters"])})
            for row in data["acknowledgements"]
        ),
    )


def _rule(row: Any) -> GuestRule:  # noqa: ANN401 -- the same
    return GuestRule(
        **{
            **_common(row),
            "offsite": tuple(row["offsite"]),
            "severities": tuple((str(code), Severity(severity)) for code, severity in row["severities"]),
        }
    )


def _common(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- the same
    told = row["selector"]
    selector = Selector(
        vmids=tuple((int(low), int(high)) for low, high in told["vmids"]),
        **{name: tuple(map(str, told[name])) for name in ("tags", "pools", "names", "clusters")},
    )
    return {**row, **_whence(row), "selector": selector}


def _whence(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- the same
    until = row["until"]
    return {"origin": Origin(**row["origin"]), "until": None if until is None else date.fromisoformat(until)}


def _plain(value: Any) -> Any:  # noqa: ANN401 -- values of every kind
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
