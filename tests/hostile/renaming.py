"""An API all of whose names are other ones: whatever the cluster calls something, it is called what does harm."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fake_proxmox.reply import Reply
from simulator import Response

Api = Callable[[str, dict[str, str]], Response]


@dataclass(slots=True)
class Renamed:
    """Answers as another API does, with other names, and knows them again when it is asked for them.

    Attributes:
        api: the one that knows the cluster.
        names: the new name by the old one; whole words of every text, keys too, are replaced.
        phrases: reason phrases by path, with which a path is refused.
    """

    api: Api
    names: Mapping[str, str]
    phrases: Mapping[str, str] = field(default_factory=dict)
    _pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        longest_first = sorted(self.names, key=len, reverse=True)
        self._pattern = re.compile(rf"(?<![A-Za-z0-9_])(?:{'|'.join(map(re.escape, longest_first))})(?![A-Za-z0-9_])")

    def __call__(self, path: str, query: dict[str, str]) -> Reply:
        """Answer a GET."""
        asked = self._old(path)
        if asked in self.phrases:
            return Reply(500, self.phrases[asked], b'{"data":null}')
        found = self.api(asked, {name: self._old(value) for name, value in query.items()})
        body = self._renamed(json.loads(found.body)) if found.body else None
        return Reply(found.status, found.reason, b"" if body is None else json.dumps(body).encode(), found.content_type)

    def _renamed(self, value: object) -> object:
        if isinstance(value, str):
            return self._pattern.sub(lambda found: self.names[found[0]], value)
        if isinstance(value, list):
            return [self._renamed(item) for item in value]
        if isinstance(value, dict):
            return {str(self._renamed(key)): self._renamed(item) for key, item in value.items()}
        return value

    def _old(self, text: str) -> str:
        for old, new in self.names.items():
            text = text.replace(_as_asked(new), old)
        return text


def _as_asked(name: str) -> str:
    """Return a name as a client asks for it: half a character is none."""
    return name.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
