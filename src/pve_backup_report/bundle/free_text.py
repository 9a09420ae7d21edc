"""Messages of programs: known names are replaced; where that cannot be done safely the text is left out."""

import re
from collections.abc import Callable, Mapping

_SHORTEST = 3
_LEFT_OUT = "…"
_WORD = re.compile(r"[^\W_]+")
# Words that stand in messages for themselves: a guest of such a name would be given away by its new one.
_WORDS = (
    "abort aborted access active api archive auth available backup backups block blocked broken cannot check client "
    "cluster code command config configuration connect connection container content could creating data datastore "
    "denied device directory disk dump error errors exit failed failure fetching file files finished for found from "
    "full got group guest has host http info job jobs left length lock locked log lvm mail main memory missing mode "
    "mount name namespace network node not number online open operation pam path pbs permission permissions pool port "
    "proxmox prune pve qemu read refused remote removed response restore root running server service signal size "
    "snapshot space start started state status stop stopped storage sync system table task test the thin timeout "
    "unable unknown user verify version vm volume vzdump warning warnings with write zfs"
)
_COMMON = frozenset(_WORDS.split())
# What the program looks for in a message; a text that is left out keeps it, where it stood.
_STARTS = ("could not activate storage", "could not get storage information", "dumpdir ", "tmpdir ", "job errors")
_STARTS_WITH_STATUS = re.compile(r"HTTP \d{3}")
_INSIDE = ("is locked",)
_ENDS = ("interrupted by signal", "received interrupt")
# A longer one is left out before anything is looked for in it: from each of its letters a part could begin.
_LONG_WORD = re.compile(r"\S{250,}")
_PARTS = re.compile(
    r"(?P<upid>UPID:[^\s'\"]+)"
    r"|(?P<url>[a-z]+://[^\s'\",)]+)"
    r"|(?P<auth>[A-Za-z0-9._+-]+@[A-Za-z0-9._-]+(?:![A-Za-z0-9._-]+)?)"
    r"|(?P<path>(?<![\w.…])/[^\s'\",;:()]*)"
    r"|(?P<relative>(?<![\w.…])[\w.+-]+(?:/[\w.+:-]+)+)"
    r"|(?P<address>(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]))"
    r"|(?P<hex>(?<![\w:])[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){3,}(?![\w:]))"
    r"|(?P<quoted>(?<!\w)'[^']*'|\"[^\"]*\")"
    r"|(?P<dotted>(?<![\w.-])[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?![\w-]))"
)


class FreeText:
    """Rewrites messages."""

    def __init__(self, new: Mapping[str, str], rewrite: Mapping[str, Callable[[str], str]]) -> None:
        """Take the names.

        Args:
            new: new names by old ones.
            rewrite: for ``upid``, ``auth``, ``path``, ``relative`` and ``address``: how such a part is rewritten.
        """
        folded = {name.casefold(): alias for name, alias in new.items()}
        folded.update({name.casefold(): alias for name, alias in new.items() if alias.islower()})
        self._unsafe = frozenset(name for name in folded if len(name) < _SHORTEST or name.isdigit() or name in _COMMON)
        self._safe = {name: alias for name, alias in folded.items() if name not in self._unsafe}
        self._rewrite = rewrite
        self._known: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """Return the message without any known name; the same message gives the same."""
        if text not in self._known:
            self._known[text] = self._rewritten(text)
        return self._known[text]

    def _rewritten(self, text: str) -> str:
        kept: list[str] = []
        done = self._parts(_LONG_WORD.sub(_LEFT_OUT, text), kept)
        return done if self._is_clean("\0".join(kept)) else self._left_out(text)

    def _parts(self, text: str, kept: list[str]) -> str:
        out, at = [], 0
        for found in _PARTS.finditer(text):
            out += [self._names(text[at : found.start()], kept), self._part(found, kept)]
            at = found.end()
        return "".join([*out, self._names(text[at:], kept)])

    def _part(self, found: re.Match[str], kept: list[str]) -> str:
        kind, part = str(found.lastgroup), found[0]
        if kind == "quoted":
            return part[0] + self._quoted(part[1:-1], kept) + part[-1]
        if kind == "dotted" and part.replace(".", "").isdigit():
            return part
        if kind in ("url", "hex", "dotted"):
            return self._safe.get(part.casefold(), _LEFT_OUT)
        return self._rewrite[kind](part)

    def _quoted(self, part: str, kept: list[str]) -> str:
        """Rewrite what stands in quotes: a thing's name, as a rule; an unknown one is left out."""
        alias = self._safe.get(part.casefold())
        if alias is not None:
            return alias
        whole = _PARTS.fullmatch(part)
        if whole is not None and whole.lastgroup != "quoted":
            return self._part(whole, kept)
        return part if part.isdigit() else _LEFT_OUT

    def _names(self, text: str, kept: list[str]) -> str:
        folded = text.casefold()
        present = sorted((name for name in self._safe if name in folded), key=len, reverse=True)
        if not present or len(folded) != len(text):
            kept.append(text)
            return text
        pattern = rf"(?<![^\W_])(?:{'|'.join(map(re.escape, present))})(?![^\W_])"
        out, at = [], 0
        for found in re.finditer(pattern, folded):
            kept.append(text[at : found.start()])
            out += [text[at : found.start()], self._safe[found[0]]]
            at = found.end()
        kept.append(text[at:])
        return "".join([*out, text[at:]])

    def _is_clean(self, kept: str) -> bool:
        folded = kept.casefold()
        others = _WORD.sub(lambda found: "" if found[0] in _COMMON else found[0], folded)
        if any(name in others for name in self._safe):
            return False  # inside another word
        words = [name for name in self._unsafe if name in folded]
        return not any(re.search(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", folded) for name in words)

    def _left_out(self, text: str) -> str:
        """Return what takes the place of a text: its number, and the phrases that the program looks for."""
        status = _STARTS_WITH_STATUS.match(text)
        starts = [status[0]] if status else [phrase for phrase in _STARTS if text.startswith(phrase)]
        inside = [phrase for phrase in _INSIDE if phrase in text]
        ends = [phrase for phrase in _ENDS if text.rstrip().endswith(phrase)]
        return " ".join([*starts, *inside, f"(text {len(self._known) + 1} left out)", *ends])
