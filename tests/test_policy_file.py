"""The file of the policy: what is written is read, and every mistake is told with its line."""

from datetime import date
from pathlib import Path

import pytest

from pve_backup_report.errors import SettingsError
from pve_backup_report.model.anomaly import Severity
from pve_backup_report.model.policy import Acknowledgement, Exemption, GuestRule, Origin, Policy, Selector
from pve_backup_report.settings import read_settings
from pve_backup_report.settings.policy_file import read_policy

GOOD = """\
# who needs no backup
[[exempt]]
vmid = [103, "200-299"]
tag = "scratch"
pool = ["lab", "lab/*"]
name = "ci-*"
cluster = "main"
reason = "built   by
CI"
owner = "Ana"
until = 2026-12-31

[[rule]]
max_age = "8d"

[[ "rule" ]]
tag = ["db", "mail"]
max_age = "26h"
copies = 3
offsite = "pbs2"
severity.backup-late = "error"
severity.never-backed-up = "info"

[[acknowledge]]
code = "storage-nearly-full"
subject = "storage/nas"
until = 2026-04-01
reason = "disks are ordered"
owner = "Bo"
""".replace('"built   by\nCI"', '"""built   by\nCI"""')
EXEMPT = '[[exempt]]\nvmid = 1\nreason = "r"\nowner = "o"\n'
RULE = "[[rule]]\n"
KNOWN = '[[acknowledge]]\ncode = "backup-late"\nreason = "r"\nowner = "o"\nuntil = 2026-04-01\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(folder: Path, text: str) -> list[str]:
    path = written(folder, text)
    with pytest.raises(SettingsError) as caught:
        read_settings({"REPORT_POLICY": str(path)}, None, need_connection=False)
    assert all(one.startswith(f"REPORT_POLICY {path}: ") for one in caught.value.mistakes)
    return [one.removeprefix(f"REPORT_POLICY {path}: ") for one in caught.value.mistakes]


def test_what_is_written_is_read_with_its_lines(tmp_path: Path) -> None:
    policy, told = read_policy(written(tmp_path, GOOD))
    assert told == ()
    assert policy == Policy(
        file="policy.toml",
        exemptions=(
            Exemption(
                Origin("exempt", 1, 2),
                Selector(((103, 103), (200, 299)), ("scratch",), ("lab", "lab/*"), ("ci-*",), ("main",)),
                "built by CI",
                "Ana",
                date(2026, 12, 31),
            ),
        ),
        rules=(
            GuestRule(Origin("rule", 1, 13), Selector(), max_age_s=8 * 86400),
            GuestRule(
                Origin("rule", 2, 16),
                Selector(tags=("db", "mail")),
                max_age_s=26 * 3600,
                copies=3,
                offsite=("pbs2",),
                offsite_copies=1,
                severities=(("backup-late", Severity.ERROR), ("never-backed-up", Severity.INFO)),
            ),
        ),
        acknowledgements=(
            Acknowledgement(
                Origin("acknowledge", 1, 24), "storage-nearly-full", "storage/nas", (), "disks are ordered", "Bo",
                date(2026, 4, 1),
            ),
        ),
    )  # fmt: skip


def test_an_empty_file_is_a_policy(tmp_path: Path) -> None:
    assert read_policy(written(tmp_path, "# nothing yet\n")) == (Policy(file="policy.toml"), ())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[exempt]\n", "this is no TOML: "),
        ("exempt = 1\n", "exempt is no list of entries; write [[exempt]], with two brackets on each side."),
        ("[exempt]\nvmid = 1\n", "exempt is no list of entries; write [[exempt]]"),
        ("[[exemptions]]\nvmid = 1\n", "'exemptions' is not known; was exempt meant?"),
        ("exempt = [1]\n", "[[exempt]] number 1: it is no table"),
        (f"\n{EXEMPT}unitl = 2026-01-01\n", "line 6, [[exempt]] number 1: 'unitl' is not known; was until meant?"),
        ('[[exempt]]\nreason = "r"\nowner = "o"\n', "line 1, [[exempt]] number 1: it does not say which guests"),
        ("[[exempt]]\nvmid = 1\n", "line 1, [[exempt]] number 1: reason is missing; say why"),
        ('[[exempt]]\nvmid = 1\nreason = ""\nowner = "o"', "line 3, [[exempt]] number 1: reason is empty."),
        (f'{EXEMPT}until = "2026-01-01"\n', "line 5, [[exempt]] number 1: until is no date; write such as"),
        (f"{EXEMPT}until = 2026-01-01T10:00:00Z\n", "without a time"),
        (f"{EXEMPT}pool = []\n", "pool is neither a text nor a list of texts"),
        (f"{EXEMPT}name = 7\n", "name is neither a text nor a list of texts"),
        (f'{EXEMPT}tag = "no backup"\n', "'no backup' cannot be a tag"),
        (EXEMPT.replace("= 1", "= true"), "vmid is no vmid; write vmid = 103"),
        (EXEMPT.replace("= 1", '= "300-200"'), "vmid is no vmid"),
        (EXEMPT.replace("= 1", "= [1, 0]"), "vmid is no vmid"),
        (f"{RULE}vmid = 1\n", "line 1, [[rule]] number 1: it sets nothing; give at least one of max_age, copies"),
        (f"{RULE}max_age = 36\n", 'max_age is no age; write hours or days in quotes, such as "36h" or "8d".'),
        (f"{RULE}copies = 0\n", "copies is no whole number from 1 to 99."),
        (f"{RULE}severity = 1\n", 'severity is no table; write severity.backup-late = "error".'),
        (f'{RULE}severity.backup-lat = "error"\n', "line 2, [[rule]] number 1: 'backup-lat' is not the code of an"),
        (f'{RULE}severity.backup-lat = "error"\n', "was backup-late meant?"),
        (
            f'{RULE}severity.x = "error"\nseverity."backup-late" = 1\n',
            "line 3, [[rule]] number 1: severity.backup-late",
        ),
        (f'{RULE}severity = {{ backup-late = "fatal" }}\n', "line 2, [[rule]] number 1: severity.backup-late is no"),
        (f'{RULE}severity.backup-late = "fatal"\n', "give one of info, notice, warning, error, in quotes."),
        (KNOWN.replace("backup-late", "zzz"), "'zzz' is not the code of an anomaly; the codes stand in the page on"),
        (KNOWN.partition("until")[0], "until is missing; give the last day on which it counts"),
        (f"{KNOWN}vmid = 1\n", "'vmid' is not known; known are code, subject, cluster, reason, owner, until."),
    ],
)
def test_a_mistake_is_told_with_the_file_the_line_and_what_to_write(tmp_path: Path, text: str, says: str) -> None:
    told = mistakes(tmp_path, text)
    assert any(says in one for one in told), told


def test_all_mistakes_are_told_at_once_with_those_of_the_settings(tmp_path: Path) -> None:
    path = written(tmp_path, f'{RULE}copies = "x"\n[[exempt]]\n')
    given = {"REPORT_POLICY": str(path), "EXEMPT_TAGS": "a b", "REPORT_LANGUAGE": "de"}
    with pytest.raises(SettingsError) as caught:
        read_settings(given, None, need_connection=False)
    told = "\n".join(caught.value.mistakes)
    assert len(caught.value.mistakes) == 6
    for part in ("copies is no", "which guests", "reason is missing", "owner is missing", "EXEMPT_TAGS", "LANGUAGE"):
        assert part in told


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path: Path) -> None:
    assert read_policy(tmp_path / "none.toml")[1] == ("No such file or directory; give the path of a TOML file.",)
    path = tmp_path / "policy.toml"
    path.write_bytes(b"\xff\xfe\x00")
    assert "this is no TOML" in read_policy(path)[1][0]


def test_a_line_is_left_out_rather_than_wrong(tmp_path: Path) -> None:
    text = EXEMPT.replace('"r"', '"""\n[[exempt]]\n"""')
    assert read_policy(written(tmp_path, text))[0].exemptions[0].origin.line is None
    inline = 'exempt = [{vmid = 1, reason = "r"}]\n'
    assert mistakes(tmp_path, inline)[0].startswith("[[exempt]] number 1: owner is missing")


def test_the_tags_of_the_settings_exempt_like_entries() -> None:
    settings, warnings = read_settings({"EXEMPT_TAGS": "nobackup, scratch"}, None, need_connection=False)
    assert warnings == ()
    assert [entry.selector for entry in settings.report.policy.exemptions] == [
        Selector(tags=("nobackup",)),
        Selector(tags=("scratch",)),
    ]
    assert {entry.origin.kind for entry in settings.report.policy.exemptions} == {"tag"}


def test_a_name_that_only_looks_like_the_setting_is_told() -> None:
    _, warnings = read_settings({"EXEMPT_TAG": "nobackup"}, None, need_connection=False)
    assert warnings == ("EXEMPT_TAG is not a setting and is ignored; was EXEMPT_TAGS meant?",)
