"""The proxy on the way out: none but the one that was asked for, whatever the environment names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from pve_backup_report.settings import Secret
from pve_backup_report.settings.channel_groups import PROXY_OF_ENVIRONMENT

_NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


def proxies_to(url: str, proxy: Secret | None) -> dict[str, str]:
    """Return the proxies for an address, as requests takes them.

    Args:
        url: the address.
        proxy: what ``DELIVERY_PROXY`` says; None for none.
    """
    if proxy is None:
        return {}
    if proxy.reveal() == PROXY_OF_ENVIRONMENT:
        return dict(requests.utils.get_environ_proxies(url))
    return {"http": proxy.reveal(), "https": proxy.reveal()}


@contextmanager
def only_proxy(proxy: Secret | None) -> Iterator[None]:
    """Let libraries that look into the environment find there the proxy that was asked for, and no login.

    Args:
        proxy: what ``DELIVERY_PROXY`` says; None for none.
    """
    before = dict(os.environ)
    os.environ["NETRC"] = os.devnull  # a password of a .netrc file is for other programs
    if proxy is None or proxy.reveal() != PROXY_OF_ENVIRONMENT:
        for name in [name for name in before if name.lower() in _NAMES]:
            del os.environ[name]
        if proxy is None:
            os.environ["no_proxy"] = "*"  # what a system names elsewhere counts as little
        else:
            os.environ.update(http_proxy=proxy.reveal(), https_proxy=proxy.reveal())
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)
