"""A storage of the cluster's configuration, and its state on each node."""

from dataclasses import dataclass

NEARLY_FULL, FULL = 90, 97  # percent from which the room for backups is a warning, and an error


@dataclass(frozen=True, slots=True)
class StorageState:
    """A storage as one node's metrics show it.

    Attributes:
        node: the node.
        available: True when the node last reached it; None when no metrics say.
        used: bytes; None when not told.
        total: bytes; None when not told.
    """

    node: str
    available: bool | None
    used: int | None
    total: int | None


@dataclass(frozen=True, slots=True)
class PbsTarget:
    """What a storage of type ``pbs`` says of its server.

    Attributes:
        server: name or address.
        port: TCP port.
        datastore: the datastore.
        namespace: empty for the root.
        fingerprint: SHA-256 of the certificate to trust, lower-case hexadecimal; None when the authorities vouch.
        username: ``user@realm`` or ``user@realm!token``: the owner of what it writes.
    """

    server: str
    port: int
    datastore: str
    namespace: str
    fingerprint: str | None
    username: str


@dataclass(frozen=True, slots=True)
class Storage:
    """One section of ``storage.cfg``.

    Attributes:
        id: storage id.
        type: plugin, such as ``dir``, ``nfs``, ``pbs``.
        content: content types; empty when none.
        enabled: an absent ``disable`` means yes.
        nodes: nodes it is restricted to; None means all.
        shared: one content for all nodes.
        retention: ``keep-*`` options as (name, number) pairs; None when none are set.
        place: where it really is (server, datastore, namespace, export or path), for telling two names of one place.
        states: one entry per node that reports it.
        encrypts: an encryption key is set, so that the client encrypts before it sends (PBS only).
        target: the backup server behind it; None for other types.
    """

    id: str
    type: str
    content: tuple[str, ...]
    enabled: bool
    nodes: tuple[str, ...] | None
    shared: bool
    retention: tuple[tuple[str, int], ...] | None
    place: tuple[str, ...]
    states: tuple[StorageState, ...]
    encrypts: bool = False
    target: PbsTarget | None = None

    @property
    def takes_backups(self) -> bool:
        """Whether its content types list ``backup``."""
        return "backup" in self.content

    def on_node(self, node: str) -> bool:
        """Whether the configuration allows it on ``node`` (``local`` is allowed everywhere, whatever it says)."""
        return self.nodes is None or node in self.nodes or self.id == "local"
