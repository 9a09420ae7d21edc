"""What the processes that the program starts get to know: no secret, in their environment or in any command line."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from fake_proxmox import CANARY
from program.fleet_running import env_text, fake, put
from pve_backup_report.fleet.environment import is_setting
from pve_backup_report.settings.names import keys_by_name

DELIVERY = {
    "SMTP_HOST": "127.0.0.1", "SMTP_USERNAME": "me", "SMTP_PASSWORD": "canary-of-smtp",
    "MAIL_FROM": "a@b.example", "MAIL_TO": "c@d.example",
    "WEBHOOK_URL": "http://127.0.0.1:9/canary-of-webhook", "WEBHOOK_SECRET": "canary-of-webhook-key",
    "PING_URL": "http://127.0.0.1:9/canary-of-ping", "NOTIFY_URLS": "json://u:canary-of-chat@127.0.0.1:9/x",
    "DELIVERY_PROXY": "http://u:canary-of-proxy@127.0.0.1:9", "HISTORY_URL": "postgresql://u:canary-of-db@127.0.0.1:9/h",
    "PATH": os.defpath,
}  # fmt: skip
PVESH = """#!/bin/sh
cat /proc/self/environ /proc/$$/environ > "$0.environ"
cat /proc/$$/cmdline /proc/$PPID/cmdline > "$0.cmdline"
exit 1
"""


def started(folder: Path, environ: dict[str, str], *argv: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "pve_backup_report", *argv]
    return subprocess.Popen(
        command, cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )


def told(processes: list[Path], what: str) -> bytes:
    """What the kernel tells of some processes."""
    return b"\0".join((folder / what).read_bytes() for folder in processes)


def of_session(leader: int) -> list[Path]:
    """The processes of a session, the leader apart."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            same = os.getsid(int(folder.name)) == leader != int(folder.name)
        except ProcessLookupError:  # it has ended
            continue
        found += [folder] if same else []
    return found


def test_pvesh_gets_no_secret_and_no_command_line_holds_one(tmp_path: Path) -> None:
    pvesh = tmp_path / "pvesh"
    pvesh.write_text(PVESH)
    pvesh.chmod(0o755)
    token = {"PBS01_NAME": "vault", "PBS01_API_URL": "https://127.0.0.1:9", "PBS01_API_TOKEN_ID": "a@pbs!b"}
    environ = {**DELIVERY, **token, "PBS01_API_TOKEN_SECRET": CANARY, "PVE_PVESH_COMMAND": str(pvesh)}
    process = started(tmp_path, {**environ, "PVE_TRANSPORT": "pvesh"}, "--dump-inventory", "--format", "json")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 3, err  # it answers nothing
    seen = Path(f"{pvesh}.environ").read_bytes(), Path(f"{pvesh}.cmdline").read_bytes()
    assert b"PATH=" in seen[0]
    assert b"pve_backup_report" in seen[1]
    assert not [text for text in (*seen, err) if b"canary" in text or CANARY.encode() in text]


def test_the_processes_of_a_fleet_get_no_secret_but_what_is_handed_to_them(tmp_path: Path) -> None:
    with fake("slow", latency_s=60) as slow:
        for name in ("a", "b"):
            put(tmp_path / "sites" / f"{name}.env", env_text(slow))
        process = started(tmp_path, DELIVERY, "--env-file", "sites", "-q")
        until = time.monotonic() + 60
        while len(slow.requests) < 2:
            assert time.monotonic() < until
            time.sleep(0.05)
        children = of_session(process.pid)
        environ, commands = told(children, "environ"), told([*children, Path(f"/proc/{process.pid}")], "cmdline")
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 143, err
    assert len(children) >= 2
    assert b"PATH=" in environ
    assert not [text for text in (environ, commands) if b"canary" in text or CANARY.encode() in text]


def test_every_secret_is_known_as_a_setting() -> None:
    secrets = [name for name, key in keys_by_name(("01", "7")).items() if key.secret]
    assert len(secrets) > 5
    assert [name for name in secrets if not is_setting(name) or not is_setting(f"{name}_FILE")] == []
    assert not any(map(is_setting, ("PATH", "HOME", "TZ", "LANG", "PGPASSFILE", "STATE_DIR")))
