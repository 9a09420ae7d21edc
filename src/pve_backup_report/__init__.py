"""Read-only backup coverage reporter for Proxmox VE."""

__version__ = "0.1.0"
