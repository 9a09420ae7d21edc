"""Settings that speak of names, for a tape that has none."""

from dataclasses import replace

from pve_backup_report.bundle.anonymise import Anonymous
from pve_backup_report.bundle.kinds import Kind
from pve_backup_report.model.dress import SHIPPED
from pve_backup_report.model.policy import NO_POLICY
from pve_backup_report.model.wishes import Wishes
from pve_backup_report.settings import Settings


def anonymous_wishes(wishes: Wishes, anonymous: Anonymous) -> Wishes:
    """Return the wishes with the tape's new names, without the people in the register of restore tests and the policy.

    A policy speaks of names in patterns, and of people: no other name fits in their place.

    Args:
        wishes: as the settings ask.
        anonymous: the tape's new names.
    """
    return replace(
        wishes,
        offsite=frozenset(_place(name, anonymous) for name in wishes.offsite),
        restores=tuple(replace(restore, who=None, note=None) for restore in wishes.restores),
        policy=NO_POLICY,
    )


def anonymous_settings(settings: Settings) -> Settings:
    """Return the settings without what could tell whose reports these are: templates, logo, title and footer."""
    plain = replace(settings.report, overrides=SHIPPED, logo=None, title="", footer="")
    return replace(settings, report=plain)


def _place(name: str, anonymous: Anonymous) -> str:
    """Return the new name of a storage, a backup server, or a ``server:datastore`` pair."""
    whole = anonymous.names.known(name)
    if whole is not None:
        return whole
    return ":".join(anonymous.names.of(Kind.STORAGE, part) for part in name.split(":"))
