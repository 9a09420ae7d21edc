"""The environment that the processes of a fleet get: without settings, which are handed to each as it needs them."""

import os
import re

_OURS = re.compile(
    r"(?:(?:PVE|PBS[0-9]*|REPORT|SMTP|MAIL|WEBHOOK|NOTIFY|PING|DELIVERY|HISTORY|EXEMPT|FLEET)_|CREDENTIALS_DIRECTORY$)"
)


def is_setting(name: str) -> bool:
    """Say whether a variable is a setting of this program, or leads to secrets."""
    return _OURS.match(name) is not None


def forget_settings() -> dict[str, str]:
    """Return the environment of this process, and take the settings out of what its children will get."""
    environ = dict(os.environ)
    for name in filter(is_setting, environ):
        del os.environ[name]
    return environ
