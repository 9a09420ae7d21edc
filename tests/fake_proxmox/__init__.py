"""A Proxmox API on the loopback interface, over real TLS, that can be made to fail in every way a real one does."""

from fake_proxmox.reply import How, Reply, refused
from fake_proxmox.server import CANARY, FakeProxmox
from fake_proxmox.tickets import TicketDesk
from fake_proxmox.traffic import Request

__all__ = ["CANARY", "FakeProxmox", "How", "Reply", "Request", "TicketDesk", "refused"]
