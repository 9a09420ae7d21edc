"""Templates, logo, title and footer of the administrator: real files, the real program."""

import re
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from fake_proxmox import FakeProxmox
from program.running import Outcome, run, settings_of
from simulator import PRESETS, ProxmoxApi, demo_world

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><circle r="2"/></svg>'
HOSTILE = "</title><script>alert(1)</script> | *x*"


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00\xff\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def folder_with(tmp_path: Path, **files: str) -> dict[str, str]:
    """A folder of templates (``report_html`` stands for ``report.html.j2``), as the setting that names it."""
    names = {"report_html": "report.html.j2", "report_md": "report.md.j2", "report_css": "report.css"}
    folder = tmp_path / "mine"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / names.get(name, name)).write_text(text, encoding="utf-8")
    return {"REPORT_TEMPLATE_DIR": str(folder)}


def replayed(tmp_path: Path, environ: Mapping[str, str], *argv: str) -> Outcome:
    """A run on the sample cluster that takes settings, which ``--demo`` does not."""
    run(tmp_path, "--demo", "-q", "--record", "tape.json.gz", "--output-dir", "sample")
    return run(tmp_path, "--replay", "tape.json.gz", *argv, environ=environ)


def written(tmp_path: Path, suffix: str) -> str:
    (file,) = (tmp_path / "reports").glob(f"*{suffix}")
    return file.read_text(encoding="utf-8")


def test_a_file_of_the_folder_takes_the_place_of_the_shipped_one_and_no_other(tmp_path: Path) -> None:
    own = folder_with(tmp_path, report_md="Just {{ page.cluster }}: {{ page.answer.sign.word }}\n")
    outcome = replayed(tmp_path, own)
    assert (outcome.code, outcome.err) == (0, "")
    assert written(tmp_path, ".md") == "Just lab: Action needed\n"
    assert "Every guest, its verdict and its evidence" in written(tmp_path, ".html")


def test_what_a_template_of_ones_own_prints_is_escaped_like_everything_else(tmp_path: Path) -> None:
    own = folder_with(tmp_path, report_html="{{ '<b>' }}{{ page.cluster }}", report_md="{{ '*a* <b>' }}")
    assert replayed(tmp_path, own).code == 0
    assert written(tmp_path, ".html") == "&lt;b&gt;lab"
    assert written(tmp_path, ".md") == "\\*a\\* &lt;b&gt;"


def test_an_override_may_extend_the_file_it_replaces(tmp_path: Path) -> None:
    text = """{% extends "shipped/report.html.j2" %}
{% block head %}<meta name="author" content="Ops">{% endblock %}
{% block more %}<section><h2>Call</h2><p>{{ sign(answer.sign) }}: 555</p></section>{% endblock %}
{% block footer %}{{ super() }}<p>{{ title }} ends.</p>{% endblock %}
"""
    assert replayed(tmp_path, folder_with(tmp_path, report_html=text)).code == 0
    page = written(tmp_path, ".html")
    assert page.index("Every guest, its verdict") < page.index("<h2>Call</h2>") < page.index("</main>")
    assert "Action needed</span>: 555" in page
    assert page.index("Generated ") < page.index("Backup coverage of lab ends.")
    assert '<meta name="author" content="Ops"></head>' in page


def test_an_override_may_include_a_file_of_its_own(tmp_path: Path) -> None:
    own = folder_with(tmp_path, report_md='{% include "call.j2" %}', **{"call.j2": "Call {{ page.cluster }}."})
    outcome = replayed(tmp_path, own)
    assert (outcome.code, outcome.err) == (0, "")
    assert written(tmp_path, ".md") == "Call lab."


def test_a_style_may_include_the_shipped_one_and_cannot_end_its_element(tmp_path: Path) -> None:
    own = folder_with(tmp_path, report_css='{% include "shipped/report.css" %}\nbody { color: red } </style><script>')
    assert replayed(tmp_path, own).code == 0
    page = written(tmp_path, ".html")
    assert page.count("</style>") == 1
    assert "<script>" not in page.partition("</style>")[2]
    assert "--page:" in page.partition("body { color: red }")[0]


@pytest.mark.parametrize(
    ("file", "text", "line", "words"),
    [
        ("report.html.j2", "one\n{{ page.cluster }", 2, "unexpected '}'"),
        ("report.html.j2", "one\n\n{% for x in %}", 3, "Expected an expression"),
        ("report.md.j2", "{% if page %}\nno end", 2, "Unexpected end of template"),
        ("report.md.j2", "\n{{ paeg.cluster }}", 2, "'paeg' is undefined"),
        ("report.html.j2", '{% extends "shipped/report.html.j2" %}\n{% block more %}\n{{ 1 // 0 }}{% endblock %}', 3,
         "division"),
        ("report.md.j2", "{{ page.nothing }}", 1, "no attribute 'nothing'"),
        ("report.md.j2", '\n\n{% include "absent.j2" %}', 3, "no template absent.j2"),
        ("report.md.j2", "{{ page|nothing }}", 1, "No filter named 'nothing'"),
        ("report.css", "body {}\n{% include %}", 2, "unexpected 'end of statement block'"),
        ("report.html.j2", "{{ page.__class__.__mro__ }}", 1, "unsafe"),
    ],
)  # fmt: skip
def test_a_broken_file_is_named_with_its_line_before_anything_is_asked(
    tmp_path: Path, file: str, text: str, line: int, words: str
) -> None:
    own = folder_with(tmp_path, **{file: text})
    with FakeProxmox(ProxmoxApi(demo_world(), PRESETS["seer"])) as fake:
        outcome = run(tmp_path, environ=settings_of(fake, **own))
        assert list(fake.requests) == []
    assert outcome.code == 2
    assert f"REPORT_TEMPLATE_DIR: {tmp_path}/mine/{file}, line {line}: " in outcome.err
    assert words in outcome.err
    assert "Mend the file or remove it" in outcome.err
    assert not list((tmp_path / "reports").iterdir())


def test_all_broken_files_are_told_at_once(tmp_path: Path) -> None:
    outcome = replayed(tmp_path, folder_with(tmp_path, report_html="{{", report_md="{% x %}"))
    assert outcome.code == 2
    assert [line for line in outcome.err.splitlines() if "REPORT_TEMPLATE_DIR" in line] == outcome.err.splitlines()
    assert len(outcome.err.splitlines()) == 2


def test_one_that_only_fails_on_the_real_cluster_leaves_a_report_of_the_shipped_one_and_is_exit_4(
    tmp_path: Path,
) -> None:
    own = folder_with(tmp_path, report_html='\n{% if page.cluster != "lab" %}{{ absent }}{% endif %}fine')
    with FakeProxmox({"/version": {"version": "9.2.11"}, "/nodes": []}) as fake:
        outcome = run(tmp_path, "--output-dir", "reports", environ=settings_of(fake, **own, REPORT_TITLE="Night watch"))
    assert outcome.code == 4
    assert f"REPORT_TEMPLATE_DIR: {tmp_path}/mine/report.html.j2, line 2: 'absent' is undefined" in outcome.err
    assert len(list((tmp_path / "reports").iterdir())) == 3
    assert "<h1>Night watch</h1>" in written(tmp_path, ".html")


def test_a_name_that_means_nothing_is_warned_about(tmp_path: Path) -> None:
    own = folder_with(tmp_path, **{"reprot.css": "", "notes.txt": "", ".report.css": "{{"})
    outcome = replayed(tmp_path, own)
    assert outcome.code == 0
    (warning,) = outcome.err.splitlines()
    assert "reprot.css takes the place of no shipped file" in warning
    assert "was report.css meant?" in warning


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    outcome = replayed(tmp_path, {"REPORT_TEMPLATE_DIR": "nowhere"})
    assert outcome.code == 2
    assert "REPORT_TEMPLATE_DIR is 'nowhere', which cannot be read" in outcome.err


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    own = folder_with(tmp_path)
    (tmp_path / "mine" / "report.css").write_bytes(b"\xff\xfe\x00")
    outcome = replayed(tmp_path, own)
    assert outcome.code == 2
    assert "'report.css' is no UTF-8 text" in outcome.err


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (png(), "image/png"),
        (b"\xff\xd8\xff\xe0 and so on", "image/jpeg"),
        (b"RIFF\x04\x00\x00\x00WEBPVP8 ", "image/webp"),
        (SVG, "image/svg+xml"),
    ],
)
def test_a_logo_is_told_by_its_content_and_put_into_the_page(tmp_path: Path, content: bytes, media_type: str) -> None:
    (tmp_path / "logo.bin").write_bytes(content)
    assert replayed(tmp_path, {"REPORT_LOGO": "logo.bin"}, "--lang", "fr").code == 0
    page = written(tmp_path, ".html")
    (found,) = re.findall(r'<img class="logo" src="(data:[^"]*)" alt="Logo">', page)
    assert found.startswith(f"data:{media_type};base64,")
    assert "img-src data:;" in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"GIF89a", "no PNG, JPEG, SVG or WebP"),
        (b"", "no PNG, JPEG, SVG or WebP"),
        (b"<html><svg/></html>", "no PNG, JPEG, SVG or WebP"),
        (b"<?xml version='1.0' encoding='nonsense'?><svg/>", "no PNG, JPEG, SVG or WebP"),
        (b"\x89PNG\r\n\x1a\n" + bytes(512 * 1024), "larger than 512 KiB"),
        (None, "cannot be read (No such file or directory)"),
    ],
)
def test_a_logo_that_cannot_be_used_is_told(tmp_path: Path, content: bytes | None, words: str) -> None:
    if content is not None:
        (tmp_path / "logo").write_bytes(content)
    outcome = replayed(tmp_path, {"REPORT_LOGO": "logo"})
    assert outcome.code == 2
    assert "REPORT_LOGO is 'logo', which " in outcome.err
    assert words in outcome.err


def test_title_and_footer_stand_in_both_pages_and_do_nothing_else(tmp_path: Path) -> None:
    assert replayed(tmp_path, {"REPORT_TITLE": HOSTILE, "REPORT_FOOTER": f"Call 555 {HOSTILE}"}).code == 0
    page, text = written(tmp_path, ".html"), written(tmp_path, ".md")
    seen = "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; | *x*"
    assert f"<title>{seen}</title>" in page
    assert f"<h1>{seen}</h1>" in page
    assert f"<p><bdi>Call 555 {seen}</bdi></p>" in page
    assert "<script>" not in page
    inert = "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; \\| \\*x\\*"
    assert text.startswith(f"# {inert}\n")
    assert f"\nCall 555 {inert}\n" in text
