"""The words of a conclusion: verdict, freshness and reason; whoever only names them need not know a guest."""

from enum import StrEnum


class Verdict(StrEnum):
    """One per guest (values of the contract)."""

    COVERED = "covered"
    PARTIAL = "partial"
    UNCOVERED = "uncovered"
    UNDETERMINED = "undetermined"
    EXEMPT = "exempt"


class Freshness(StrEnum):
    """Whether the backup that was due is there (values of the contract)."""

    FRESH = "fresh"
    LATE = "late"
    NEVER = "never"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a verdict is what it is, and why a job does not count; stable codes."""

    SELECTED_BY_JOB = "selected-by-job"
    VOLUME_LEFT_OUT = "volume-left-out"
    # why an existing job does not count, the nearest to being covered first
    STORAGE_MISSING = "storage-missing"
    STORAGE_DISABLED = "storage-disabled"
    STORAGE_WITHOUT_BACKUP_CONTENT = "storage-without-backup-content"
    STORAGE_NOT_ON_NODE = "storage-not-on-node"
    JOB_ALWAYS_FAILS = "job-always-fails"
    JOB_POOL_MISSING = "job-pool-missing"
    JOB_ON_OTHER_NODE = "job-on-other-node"
    JOB_NEVER_FIRES = "job-never-fires"
    JOB_DISABLED = "job-disabled"
    EXCLUDED = "excluded"
    NO_JOB = "no-job"
    # what was not seen
    JOBS_NOT_VISIBLE = "jobs-not-visible"
    POOL_NOT_VISIBLE = "pool-not-visible"
    STORAGE_NOT_VISIBLE = "storage-not-visible"
    VOLUMES_NOT_VISIBLE = "volumes-not-visible"
    DEFAULTS_NOT_VISIBLE = "defaults-not-visible"
    # on purpose
    EXEMPT_BY_POLICY = "exempt-by-policy"
    EXEMPT_BY_TAG = "exempt-by-tag"
