"""Two runs compared, on random facts: what one of them could not see is neither new nor gone."""

from hypothesis import given
from hypothesis import strategies as st

from pve_backup_report.history.changes import UNSEEN, carried, changes_between
from pve_backup_report.history.spans import Span, since, there_since
from pve_backup_report.model.past import ChangeKind, Facts, Kind

EVERYTHING = frozenset(Kind)
guest_states = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["web", "db", None]),
        "verdict": st.sampled_from(["covered", "partial", "uncovered", "undetermined", "exempt"]),
        "reason": st.sampled_from(["selected-by-job", "no-job"]),
        "freshness": st.sampled_from(["fresh", "late", "never", "unknown", None]),
    }
)
job_states = st.fixed_dictionaries({"enabled": st.booleans(), "schedule": st.sampled_from(["01:00", "02:00"])})
facts = st.builds(
    lambda guests, jobs: {
        **{(Kind.GUEST, f"qemu/{vmid}"): state for vmid, state in guests.items()},
        **{(Kind.JOB, name): state for name, state in jobs.items()},
    },
    st.dictionaries(st.integers(100, 104), guest_states),
    st.dictionaries(st.sampled_from(["a", "b"]), job_states),
)
kinds = st.sets(st.sampled_from(Kind)).map(frozenset)


@given(facts)
def test_the_same_facts_have_not_changed(same: Facts) -> None:
    assert changes_between(same, same, complete_before=EVERYTHING, complete_after=EVERYTHING) == ()


@given(facts, facts, kinds, kinds)
def test_new_and_gone_are_only_said_of_what_was_seen_in_full(
    before: Facts, after: Facts, complete_before: frozenset[Kind], complete_after: frozenset[Kind]
) -> None:
    for change in changes_between(before, after, complete_before=complete_before, complete_after=complete_after):
        there = ((change.what, change.key) in before, (change.what, change.key) in after)
        if change.kind is ChangeKind.NEW:
            assert there == (False, True)
            assert change.what in complete_before
        elif change.kind is ChangeKind.GONE:
            assert there == (True, False)
            assert change.what in complete_after
        elif change.kind is ChangeKind.SEEN:
            assert change.what not in complete_before


@given(facts, facts, facts)
def test_a_run_that_sees_nothing_hides_no_change(first: Facts, last: Facts, middle: Facts) -> None:
    blind = carried(first, {}, frozenset())
    seeing = {"complete_before": EVERYTHING, "complete_after": EVERYTHING}
    told = changes_between(blind, last, complete_before=frozenset(), complete_after=EVERYTHING)
    direct = changes_between(first, last, **seeing)
    assert [(change.what, change.key, change.before, change.after) for change in told] == [
        (change.what, change.key, change.before, change.after) for change in direct
    ]
    assert carried(blind, middle, frozenset()).keys() == {*first, *middle}


@given(facts)
def test_what_is_carried_is_marked(before: Facts) -> None:
    assert all(state[UNSEEN] for state in carried(before, {}, frozenset()).values())
    assert carried(before, {}, EVERYTHING) == {}


def span(first: int, until: int | None, verdict: str, *, unseen: bool = False) -> Span:
    return Span(first, first * 100, until, {"verdict": verdict, **({UNSEEN: True} if unseen else {})})


def verdict_since(value: str, *spans: Span) -> int:
    return since(900, value, spans, "verdict", "undetermined")


def test_since_passes_over_runs_that_could_not_tell_and_stops_where_one_said_otherwise() -> None:
    assert verdict_since("uncovered") == 900
    assert verdict_since("uncovered", span(5, None, "uncovered")) == 500
    assert verdict_since("uncovered", span(5, None, "undetermined"), span(3, 5, "uncovered")) == 300
    assert verdict_since("uncovered", span(5, None, "uncovered", unseen=True), span(3, 5, "uncovered")) == 300
    assert verdict_since("uncovered", span(5, None, "covered"), span(3, 5, "uncovered")) == 900
    assert verdict_since("uncovered", span(5, None, "uncovered"), span(3, 4, "uncovered")) == 500
    assert verdict_since("uncovered", span(3, 5, "uncovered")) == 900
    assert verdict_since("undetermined", span(5, None, "undetermined"), span(3, 5, "covered")) == 500


def test_there_since_knows_only_whether() -> None:
    assert there_since(900, (span(5, None, "a"), span(3, 5, "b"), span(1, 2, "b"))) == 300
    assert there_since(900, ()) == 900
