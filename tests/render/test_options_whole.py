"""A command in a sentence stays whole, and lets nothing through that a name may hold."""

import pytest

from pve_backup_report.render.options_whole import options_whole
from pve_backup_report.render.visible import shown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("no option at all", "no option at all"),
        ("with --explain 140.", 'with <span class="option">--explain 140</span>.'),
        (
            "--check-api tells, --stats too",
            '<span class="option">--check-api</span> tells, <span class="option">--stats</span> too',
        ),
        (
            "See pve-backup-report --explain 7, or pve-backup-report.",
            'See <span class="option">pve-backup-report --explain 7</span>, or pve-backup-report.',
        ),
        ("a--b and -- c", "a--b and -- c"),
        ("--x<b>&amp;", '<span class="option">--x</span>&lt;b&gt;&amp;amp;'),
        ('<img src="--onerror 1">', "&lt;img src=&#34;--onerror 1&#34;&gt;"),
    ],
)
def test_options_are_kept_whole(text: str, html: str) -> None:
    assert options_whole(text) == html


def test_what_is_not_to_be_seen_is_made_visible() -> None:
    hidden = "--explain 1 \u202e\x1b[31m"
    assert options_whole(hidden) == f'<span class="option">--explain 1</span> {shown(chr(0x202E) + chr(27) + "[31m")}'
