"""A real PostgreSQL server for the tests: Debian's own, started in a folder of its own, on a free port."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

_ROOT = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """The folder of the newest server's programs; None where none is installed."""
    found = sorted(_ROOT.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Start one, and give the URL of its database."""
    folder = programs()
    assert folder is not None
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    # the server refuses to run as root
    user: list[str] = []
    if os.getuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(home, account.pw_uid, account.pw_gid)
        user = ["runuser", "-u", "postgres", "--"]
    data, port = home / "data", _free_port()
    options = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories={home} -c fsync=off"
    _run(*user, str(folder / "initdb"), "-D", str(data), "-U", "keeper", "--auth=trust", "-E", "UTF8")
    _run(*user, str(folder / "pg_ctl"), "-D", str(data), "-w", "-l", str(home / "log"), "-o", options, "start")
    try:
        yield f"postgresql://keeper:canary-0000-password@127.0.0.1:{port}/postgres"
    finally:
        _run(*user, str(folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def _run(*command: str) -> None:
    # the server keeps our pipes open: its output goes nowhere
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
