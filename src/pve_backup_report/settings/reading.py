"""One reading of the settings: what was given, turned into values group by group, every mistake kept."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from unicodedata import category

from pve_backup_report.settings.credentials import credentials
from pve_backup_report.settings.env_file import mode_for_others
from pve_backup_report.settings.key import Key, WrongValueError, keys_of, required_in
from pve_backup_report.settings.names import keys_by_name, pbs_numbers

# Control characters, halves of characters (bytes that are no text), and the line ends of Unicode: none belongs into
# a header, a path or a line of a log.
_UNFIT = frozenset({"Cc", "Cs", "Zl", "Zp"})

_HANDED_OVER = "/run/secrets/"

_Group = TypeVar("_Group")


class Reading:
    """The settings given, and what is wrong with them so far.

    Attributes:
        given: the texts by name; no empty ones.
        numbers: of the PBS servers spoken of.
        mistakes: sentences, in the order they were found.
        warnings: the same.
        sources: where each secret is from, by its name: what is to be read after "from".
    """

    def __init__(
        self, given: Mapping[str, str], environ: Mapping[str, str] | None = None, file_name: str = "the settings"
    ) -> None:
        """Take what was given, and look for the secrets.

        Args:
            given: the texts by name; no empty ones.
            environ: the environment; credentials that its folder holds take the place of what only a file of settings
                says.
            file_name: what to call that file.
        """
        self.given = given
        self.sources: dict[str, str] = {}
        self._environ = {} if environ is None else environ
        self._file_name = file_name
        self._credentials = credentials(self._environ)
        self.numbers = pbs_numbers(given)
        self.mistakes: list[str] = []
        self.warnings: list[str] = []
        self._unread: dict[str, str] = {}
        self._secrets: dict[str, str] = {}
        self._file_names = frozenset(f"{name}_FILE" for name, key in keys_by_name(self.numbers).items() if key.secret)
        # All of them first: no message about another setting may show one.
        for name, key in keys_by_name(self.numbers).items():
            if key.secret:
                self._find_secret(name)
        self._hidden = {text.strip() for name, text in self._secrets.items() for text in (text, given.get(name, text))}

    def group(self, group: type, number: str = "") -> dict[str, Any]:
        """Return the values of a group's fields, by field: those that are given and right."""
        values = {}
        for field, key in keys_of(group).items():
            name = key.named(number)
            if name in self._unread:
                self.mistakes.append(self._unread[name])
            text = self._secrets.get(name) if key.secret else self.given.get(name, "").strip(" \t")
            if not text:
                continue
            try:
                values[field] = _read(key, text)
            except WrongValueError as wrong:
                self.tell(name, key.give, *wrong.faults)
        return values

    def require(
        self, group: type, number: str = "", but_set: str | None = None, *, besides: tuple[str, ...] = ()
    ) -> None:
        """Tell the settings that a group cannot do without and that were not given.

        Args:
            group: the group.
            number: of the PBS server.
            but_set: a name that is set and makes the group needed; None when it is always needed.
            besides: fields that have a default and are needed all the same.
        """
        keys = keys_of(group)
        why = f", but {but_set} is" if but_set else ""
        for key in (keys[field] for field in (*required_in(group), *besides)):
            name = key.named(number)
            if not self.is_given(name):
                self.mistakes.append(f"{name} is not set{why}; give {key.give}.")

    def tell(self, name: str, give: str, *faults: str) -> None:
        """Keep what is wrong with the value of a setting, and show no secret that slipped into it.

        Args:
            name: of the setting.
            give: what to give instead.
            faults: what is wrong, each to be read after the name.
        """
        text = self.given.get(name, "")
        if name not in self._secrets and any(secret in text for secret in self._hidden):
            faults = ("is wrong, and not shown since it holds a secret of another setting",)
        self.mistakes.extend(f"{name} {fault}; give {give}." for fault in faults)

    def tell_of_file(self, name: str, mistakes: Iterable[str]) -> None:
        """Keep what is wrong in the file that a setting names, and show no secret that slipped into either.

        Args:
            name: of the setting.
            mistakes: sentences.
        """
        for mistake in mistakes:
            told = f"{name} {self.given.get(name, '').strip()}: {mistake}"
            if any(secret in told for secret in self._hidden):
                told = f"{name}: what is wrong is not shown since it holds a secret of another setting."
            self.mistakes.append("".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in told))

    def is_set(self, name: str) -> bool:
        """Say whether a setting is given, right or wrong."""
        return name in self.given

    def is_given(self, name: str) -> bool:
        """Say whether a setting is given, itself or, for a secret, in a file or as a credential, right or wrong."""
        in_file = f"{name}_FILE" in self._file_names and self.is_set(f"{name}_FILE")
        return self.is_set(name) or in_file or name in self._credentials

    def first_set(self, group: type) -> str | None:
        """Return the first name of a group that is set; None when none is."""
        names = [name for key in keys_of(group).values() for name in ([key.name, f"{key.name}_FILE"][: 1 + key.secret])]
        return next((name for name in names if self.is_set(name) or name in self._credentials), None)

    def _find_secret(self, name: str) -> None:
        """Keep the text of a secret that is given, or what keeps it from being read."""
        file_name = f"{name}_FILE"
        if name in self._credentials and not any(self._environ.get(given, "").strip() for given in (name, file_name)):
            text = self._in_file(name, f"the systemd credential {name}", self._credentials[name], "")
            if text:
                self._secrets[name] = text
            return
        if self.is_set(name):
            self._secrets[name] = self.given[name]
            self.sources[name] = "the environment" if self._environ.get(name, "").strip() else self._file_name
        if not self.is_set(file_name):
            return
        # The path is not shown: it may be the secret itself, put behind the wrong name.
        text = self._in_file(name, f"the file that {file_name} names", self.given[file_name].strip(" \t"), file_name)
        if self.is_set(name):
            self._unread[name] = f"{name} and {file_name} are both set; keep one of them."
        if text:
            self._secrets[name] = text

    def _in_file(self, name: str, source: str, path: str | Path, setting: str) -> str:
        """Return the secret in a file; empty, and the reason kept, when there is none.

        Args:
            name: of the secret.
            source: what to call the file, to be read after "from".
            path: of the file.
            setting: what names the file; empty for a credential.
        """
        named = f"{setting} names a file" if setting else f"The systemd credential {name} is a file"
        fix = "give the path of a readable file that holds the secret alone"
        try:
            with Path(path).expanduser().open("rb") as file:
                open_to = mode_for_others(file.fileno())
                text = file.read().decode("utf-8-sig")
        except UnicodeError:
            self._unread[name] = f"{named} that is not UTF-8 text; {fix}."
        except (OSError, ValueError, RuntimeError) as error:
            reason = getattr(error, "strerror", None) or "no usable path"
            self._unread[name] = f"{named} that cannot be read ({reason}); {fix}."
        else:
            text = text.removesuffix("\n").removesuffix("\r")
            if text.strip():
                self.sources[name] = source
                # what a service manager or a container hands over is nobody else's, whatever its mode says
                if setting and open_to is not None and not str(path).startswith(_HANDED_OVER):
                    self.warnings.append(
                        f"{setting} names a file that is open to other users (mode {open_to:04o}); run chmod 600 on it."
                    )
                return text
            self._unread[name] = f"{named} that is empty; {fix}."
        return ""


def build(group: type[_Group], values: Mapping[str, Any]) -> _Group | None:
    """Return the group made of its values; None when a required one is not among them."""
    return group(**values) if all(field in values for field in required_in(group)) else None


def _read(key: Key, text: str) -> object:
    """Turn a text into the value of its key.

    Raises:
        WrongValueError: it cannot be used.
    """
    looked_at = text.replace("\r", "").replace("\n", "") if key.lines else text
    if any(category(character) in _UNFIT for character in looked_at):
        raise WrongValueError("holds a control character, such as the end of a line")
    return key.kind(text)
