"""The token of one API server: written into the header of a request, and kept out of everything else."""

from urllib.parse import quote

from pve_backup_report.collect.credentials import HIDDEN, PLAIN, Credentials


class Authorization(Credentials):
    """Puts the token into requests, and takes it out of texts.

    Its ``repr`` shows whose token it is, never the secret.
    """

    def __init__(self, scheme: str, token_id: str, separator: str, secret: str) -> None:
        """Prepare the header; ``for_pve`` and ``for_pbs`` know the first and third argument.

        Args:
            scheme: ``PVEAPIToken`` or ``PBSAPIToken``.
            token_id: ``user@realm!name``.
            separator: what stands between the id and the secret.
            secret: the token's secret.
        """
        super().__init__()
        name = f"{scheme}={quote(token_id, safe=PLAIN)}{separator}"
        self._header = f"{name}{quote(secret, safe=PLAIN)}"
        self._shown = f"{name}{HIDDEN}"
        self.hide(secret)

    @classmethod
    def for_pve(cls, token_id: str, secret: str) -> "Authorization":
        """Return the header of Proxmox VE (pve-http-server PVE/APIServer/Formatter.pm).

        Args:
            token_id: ``user@realm!name``.
            secret: the token's secret.
        """
        return cls("PVEAPIToken", token_id, "=", secret)

    @classmethod
    def for_pbs(cls, token_id: str, secret: str) -> "Authorization":
        """Return the header of Proxmox Backup Server (proxmox-auth-api src/api/mod.rs).

        Args:
            token_id: ``user@realm!name``.
            secret: the token's secret.
        """
        return cls("PBSAPIToken", token_id, ":", secret)

    def headers(self) -> dict[str, str]:
        """Return the header with the token."""
        return {"Authorization": self._header}

    def __repr__(self) -> str:
        return f"Authorization({self._shown})"

    def __len__(self) -> int:
        """Length of the header's value in bytes."""
        return len(self._header)

    def advice(self, prefix: str) -> str:
        """Return what to check when the server does not let the token in.

        All that is wrong with a token is answered alike (pve-access-control PVE/AccessControl.pm); see the log there.

        Args:
            prefix: what the server's settings begin with, such as ``PVE``.
        """
        return (
            f"check {prefix}_API_TOKEN_ID and {prefix}_API_TOKEN_SECRET, and that neither the token nor its user "
            "is expired or disabled"
        )
