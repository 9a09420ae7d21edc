"""The executable: it checks how it was called, asks the test over a socket what to say, says it and ends."""

import marshal
import shutil
import socketserver
import sys
import tempfile
import threading
from pathlib import Path
from typing import Self

from fake_pvesh.api import Api, Words, said

# It runs a thousand times: nothing is imported but what is in the interpreter itself, which takes a third of the time.
_SCRIPT = """#!{python} -IS
import _socket, marshal, os, sys, time
wire = _socket.socket(_socket.AF_UNIX)
wire.connect({socket!r})
call = marshal.dumps((sys.argv[1:], dict(os.environ), sys.stdin.read()))
wire.sendall(len(call).to_bytes(4, "big") + call)
told = b""
while part := wire.recv(1 << 20):
    told += part
    if len(told) >= 4 and len(told) - 4 == int.from_bytes(told[:4], "big"):
        break
out, err, code, hang = marshal.loads(told[4:])
sys.stderr.write(err)
sys.stderr.flush()
sys.stdout.buffer.write(out.encode("utf-8", "surrogateescape"))
sys.stdout.flush()
if hang:
    idle = [sys.executable, "-IS", "-c", "import time; time.sleep(600)"]
    child = os.posix_spawn(idle[0], idle, os.environ)
    wire.sendall(b"%d\\n" % child)
    time.sleep(600)
sys.exit(code)
"""


class FakePvesh:
    """A fake pvesh, to be used with `with`; `command` is its path, `asked` the questions it got.

    A call that is not exactly `get PATH --output-format json [--key value …]` is written into `wrong`, and fails.
    """

    def __init__(self, api: Api) -> None:
        self.api = api
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.wrong: list[list[str]] = []
        self.environs: list[dict[str, str]] = []
        self.children: list[int] = []
        self.now = 0
        self.peak = 0
        self._lock = threading.Lock()
        self._folder = Path(tempfile.mkdtemp(prefix="pvesh-"))
        self.command = self._folder / "pvesh"
        address = str(self._folder / "wire")
        self.command.write_text(_SCRIPT.format(python=sys.executable, socket=address), encoding="utf-8")
        self.command.chmod(0o700)
        fake = self

        class Call(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with fake._lock:
                    fake.now += 1
                    fake.peak = max(fake.peak, fake.now)
                try:
                    call = self.rfile.read(int.from_bytes(self.rfile.read(4), "big"))
                    words = fake.answer(*marshal.loads(call))  # noqa: S302 -- written by the script above
                    told = marshal.dumps((words.out, words.err, words.code, words.hang))
                    self.wfile.write(len(told).to_bytes(4, "big") + told)
                    if words.hang:
                        fake.children.append(int(self.rfile.readline() or 0))
                    self.rfile.read()  # until it has ended
                except (OSError, ValueError, EOFError):
                    return  # it was killed
                finally:
                    with fake._lock:
                        fake.now -= 1

        class Server(socketserver.ThreadingUnixStreamServer):
            daemon_threads = True

        self._server = Server(address, Call)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), name="fake-pvesh")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        shutil.rmtree(self._folder)

    def answer(self, argv: list[str], environ: dict[str, str], stdin: str) -> Words:
        """Decide what one call says."""
        options = argv[4:]
        names, values = options[::2], options[1::2]
        good = (
            argv[:1] == ["get"] and argv[1:2] and argv[1].startswith("/") and argv[2:4] == ["--output-format", "json"]
        )
        if not good or stdin or len(names) != len(values) or not all(name.startswith("--") for name in names):
            with self._lock:
                self.wrong.append(argv)
            return Words(err="400 wrong call\n", code=2)
        query = dict(zip((name.removeprefix("--") for name in names), values, strict=True))
        with self._lock:
            self.asked.append((argv[1], query))
            self.environs.append(environ)
        return said(self.api(argv[1], query))
