"""The subject as a mail carries it: folded so that no blank is lost.

Where Python's new mail policies fold a line between plain and encoded words, they drop the blank that stood there
(``1 indéterminé`` arrives as ``1indéterminé``); its older way of writing headers does not.
"""

from email.header import Header
from email.headerregistry import HeaderRegistry, UniqueUnstructuredHeader
from email.policy import SMTP, Policy


class SubjectHeader(UniqueUnstructuredHeader):
    """A subject that folds the older way."""

    def fold(self, *, policy: Policy) -> str:
        """Return the whole header, ready to be sent."""
        written = Header(str(self), header_name="Subject").encode(linesep=policy.linesep)
        return f"Subject: {written}{policy.linesep}"


_REGISTRY = HeaderRegistry()
_REGISTRY.map_to_type("subject", SubjectHeader)  # type: ignore[arg-type] # the registry itself adds BaseHeader
POLICY = SMTP.clone(header_factory=_REGISTRY)
