"""What is told to be sound at one go is sound entry by entry; the rest is left to be looked at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile.mangling import WILD
from hostile.patience import examples
from large_tape import large_tape
from pve_backup_report.endpoints import pbs, pve
from pve_backup_report.endpoints.endpoint import Endpoint
from pve_backup_report.endpoints.entry import Entry, Holds, entry_of
from pve_backup_report.normalize.entries import damage_in, sound
from pve_backup_report.normalize.shapes import surely_fit

ENDPOINTS = [
    endpoint
    for endpoint in (*vars(pve).values(), *vars(pbs).values())
    if isinstance(endpoint, Endpoint) and endpoint is not pve.RESOURCES and entry_of(endpoint.name, None)
]
FITTING: dict[Holds, object] = {
    Holds.NAME: "x",
    Holds.STRING: "",
    Holds.TEXT: "x",
    Holds.NUMBER: -1,
    Holds.VMID: 100,
    Holds.TIME: 2**33,
    Holds.FLAG: True,
    Holds.WORDS: "a,b",
    Holds.VMIDS: "100 101",
    Holds.OPTIONS: "a=1",
    Holds.SIZE: 1,
    Holds.ONLY_VMIDS: "100,101",
    Holds.FILES: [{"filename": "a"}],
    Holds.VOLUMES: [{"id": "100:scsi0", "name": "a:b", "included": 1}],
    Holds.VERIFICATION: {"state": "ok"},
    Holds.BACKUP_TYPE: "vm",
}
USUAL = [
    0,
    1,
    100,
    2**33,
    "x",
    "100",
    "0",
    True,
    False,
    None,
    -1,
    1.0,
    2**34 + 1,
    10**18,
    [{"filename": "a"}],
    [{}],
    {},
    {"state": ""},
    [{"id": "1:"}],
]
VALUE = st.sampled_from(USUAL) | st.sampled_from(WILD)


def fitting(entry: Entry) -> dict[str, object]:
    return {name: FITTING[holds] for name, holds in (*entry.must.items(), *entry.may.items())}


@examples(40)
@given(st.data())
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_what_surely_fits_has_no_fault(endpoint: Endpoint, data: st.DataObject) -> None:
    entry = entry_of(endpoint.name, None)
    assert entry is not None
    listed: list[object] = [fitting(entry), {name: FITTING[holds] for name, holds in entry.must.items()}]
    assert surely_fit(listed, entry)
    del listed[0]  # or two entries would tell of the same thing
    for number, row in enumerate([fitting(entry) for _ in range(data.draw(st.integers(0, 2)))]):
        row.update(data.draw(st.dictionaries(st.sampled_from([*row]), VALUE, max_size=2)))
        if entry.key is not None and isinstance(named := row[entry.key], str) and named:
            row[entry.key] = f"{named}{number}"
        listed.append(row)
    listed.extend(data.draw(st.lists(VALUE, max_size=1)))
    if surely_fit(listed, entry):
        assert damage_in(endpoint, listed) is None  # of so few each is looked at


@pytest.mark.parametrize(("question", "asked"), [(pve.CONTENT, "/content?content=backup"), (pve.TASKS, "/tasks?")])
def test_long_lists_of_proxmox_surely_fit(question: Endpoint, asked: str) -> None:
    entry = entry_of(question.name, None)
    assert entry is not None
    answers = large_tape(200).answers
    lists = [answer.data for path, answer in answers.items() if asked in path and isinstance(answer.data, list)]
    assert any(len(listed) > 100 for listed in lists)
    assert all(surely_fit(listed, entry) for listed in lists)


def test_one_wrong_entry_among_many_is_found() -> None:
    listed: list[object] = [{"vmid": vmid} for vmid in range(100, 400)]
    assert damage_in(pve.NOT_BACKED_UP, listed) is None
    listed[200] = {"vmid": "many"}
    assert str(damage_in(pve.NOT_BACKED_UP, listed)).startswith("1 of 300 entries")
    assert len(sound(pve.NOT_BACKED_UP, listed)) == 299
