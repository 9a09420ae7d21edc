"""The laws of the policy: it makes nobody covered or fresh, and what is said of one guest touches no other."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anomalies.build import DAY, cluster, failed, gap, guest, job, named, sight
from anomalies.policies import exempt, known, policy, rule, tagged
from pve_backup_report.anomalies.catalogue import all_rules, conclude
from pve_backup_report.coverage.analysis import analyse
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.cluster import Cluster
from pve_backup_report.model.gap import Blind, GapKind
from pve_backup_report.model.guest import Guest
from pve_backup_report.model.policy import Entry, Policy, Selector
from pve_backup_report.model.pool import Pool
from pve_backup_report.model.verdict import Freshness, Verdict
from pve_backup_report.model.wishes import Wishes

TODAY = date(2026, 3, 4)
VMIDS = (100, 101, 102, 103, 104)
TAGS, POOLS, NAMES = ("nobackup", "web"), ("lab", "prod"), ("web", "db", "ci-7")

days = st.none() | st.integers(-3, 20).map(lambda ago: TODAY + timedelta(days=ago))
spans = st.sampled_from([(vmid, vmid) for vmid in (*VMIDS, 999)] + [(100, 102)])


def several(values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(values, max_size=2, unique=True).map(tuple)


selectors = st.builds(
    Selector,
    vmids=st.lists(spans, max_size=2).map(tuple),
    tags=several(st.sampled_from(TAGS)),
    pools=several(st.sampled_from((*POOLS, "p*"))),
    names=several(st.sampled_from((*NAMES, "*b"))),
    clusters=several(st.sampled_from(("lab", "other"))),
)
rules = st.builds(
    lambda selector, until, age, copies, offsite, severity: rule(
        selector, until=until, max_age_s=age, copies=copies, offsite=offsite, offsite_copies=len(offsite),
        severities=(("guest-uncovered", severity), ("backup-late", severity)),
    ),
    selectors, days, st.none() | st.sampled_from((3600, DAY, 90 * DAY)), st.none() | st.integers(1, 5),
    several(st.sampled_from(("nas", "pbs"))), st.sampled_from(Severity),
)  # fmt: skip
codes = st.sampled_from([found.code for found in all_rules()])
acknowledgements = st.builds(
    lambda code, subject, until: known(code, subject, until=until or TODAY),
    codes, st.none() | st.sampled_from(("qemu/100", "qemu/*", "storage/nas")), days,
)  # fmt: skip
exemptions = st.builds(lambda selector, until: exempt(selector, until=until), selectors, days)
entries = st.lists(exemptions | st.sampled_from(TAGS).map(tagged) | rules | acknowledgements, max_size=5)


def plain(seen: Guest) -> Guest:
    return seen


def hidden(seen: Guest) -> Guest:
    """The guest when its configuration was not seen."""
    return replace(seen, volumes=None, snapshots=None)


@st.composite
def clusters(draw: st.DrawFn) -> Cluster:
    """A cluster with a bit of everything that can be wrong or hidden."""
    guests = tuple(
        draw(st.sampled_from((plain, hidden)))(
            guest(
                vmid,
                draw(st.sampled_from((*NAMES, None))),
                tags=draw(several(st.sampled_from(TAGS))),
                pool=draw(st.none() | st.sampled_from(POOLS)),
                template=draw(st.booleans()),
            )
        )
        for vmid in VMIDS
    )
    jobs = draw(st.sampled_from([(), (job("nightly"),), (named("some", 100, 102),), (job("off", enabled=False),)]))
    unanswered = (gap("/nodes/pve2/tasks", GapKind.FAILED, Blind.EVIDENCE),)
    return cluster(
        guests=guests,
        jobs=jobs,
        runs=draw(st.sampled_from(((), (failed(100), failed(101, 1))))),
        name=draw(st.sampled_from(("lab", None))),
        pools=draw(st.sampled_from(((), (Pool("lab", None), Pool("prod", None))))),
        sight=draw(st.sampled_from((sight(), sight(pools=False), sight(guests=False), sight(jobs=False)))),
        gaps=draw(st.sampled_from(((), unanswered))),
    )


patient = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def of(*parts: Entry) -> Wishes:
    return Wishes(policy=policy(*parts))


@patient
@given(clusters(), entries)
def test_no_policy_makes_a_guest_covered_or_fresh_or_hides_what_it_was(seen: Cluster, parts: list[Entry]) -> None:
    plain, judged = analyse(seen), analyse(seen, of(*parts))
    for before, after in zip(plain.guests, judged.guests, strict=True):
        if after.exemption is None:
            assert (after.verdict, after.reason, after.freshness) == (before.verdict, before.reason, before.freshness)
        else:
            assert (after.verdict, after.freshness) == (Verdict.EXEMPT, None)
            told = after.exemption
            assert (told.verdict, told.reason, told.freshness) == (before.verdict, before.reason, before.freshness)
        # the facts stay
        facts = ("jobs", "others", "last_success", "last_attempt", "backups", "archives", "runs", "days", "restores")
        assert all(getattr(before, fact) == getattr(after, fact) for fact in facts)


@patient
@given(clusters(), entries, st.sampled_from(VMIDS))
def test_an_exemption_touches_no_other_guest(seen: Cluster, parts: list[Entry], vmid: int) -> None:
    more = analyse(seen, of(*parts, exempt(Selector(vmids=((vmid, vmid),)), 9)))
    for before, after in zip(analyse(seen, of(*parts)).guests, more.guests, strict=True):
        if before.guest.vmid != vmid:
            assert before == after
        else:
            assert after.verdict is Verdict.EXEMPT


@patient
@given(clusters(), entries)
def test_nothing_that_was_found_is_lost_but_what_an_exempt_guest_needs_no_more(
    seen: Cluster, parts: list[Entry]
) -> None:
    """Rules and acknowledgements alone hide nothing at all."""
    without = [part for part in parts if part not in policy(*parts).exemptions]
    plain = {(one.code, one.subject) for one in conclude(analyse(seen))[1]}
    judged = conclude(analyse(seen, of(*without)))[1]
    assert plain <= {(one.code, one.subject) for one in judged}
    usual = {(one.code, one.subject, one.severity) for one in conclude(analyse(seen))[1]}
    for one in judged:
        if (one.code, one.subject) in plain and one.code != "backup-too-old":
            assert (one.code, one.subject, one.severity if one.usual is None else one.usual) in usual


@patient
@given(clusters(), entries)
def test_the_same_tape_and_policy_give_the_same_report(seen: Cluster, parts: list[Entry]) -> None:
    assert conclude(analyse(seen, of(*parts))) == conclude(analyse(replace(seen), of(*parts)))


@patient
@given(clusters(), entries)
def test_an_exempt_guest_is_named_by_an_entry_that_surely_fits_and_counts(seen: Cluster, parts: list[Entry]) -> None:
    judged = analyse(seen, of(*parts))
    use = judged.policy_use
    for told in judged.guests:
        if told.exemption is not None:
            entry = told.exemption.exemption
            assert entry.until is None or entry.until >= TODAY
            matched = [one for one in use.matched if one.entry == entry]
            assert any(told.guest.vmid in one.vmids and told.guest.vmid not in one.unsure for one in matched)


def test_the_worlds_hold_what_the_laws_are_about() -> None:
    judged = analyse(cluster(), of(exempt(Selector(names=("web",)))))
    assert [told.verdict for told in judged.guests] == [Verdict.EXEMPT, Verdict.COVERED]
    assert judged.guests[1].freshness is Freshness.FRESH
    assert Policy().entries == ()
