"""A parcel to send."""

from pve_backup_report.deliver.patience import Patience
from pve_backup_report.model.letter import Letter
from pve_backup_report.model.parcel import Attachment, Note, Parcel, Payload

QUICK = Patience(timeout_s=0.5, attempts=3, pause_s=0.01, longest_pause_s=0.2)
PARCEL = Parcel(
    at=1_772_604_000,
    event="5c7c0b38-0d5e-4d0a-9a44-7a6f9f8f0001",
    letter=Letter("[lab] Prüfung", "text\n.\n..é\n", "<p>é</p>"),
    attachments=(Attachment("report.json", "application/json", b"{}"),),
    note=Note("[lab] 2 guests not covered", "2 of 14 guests are not covered.", "2 of 14.\n✗ <b>web</b>", "bad"),
    payload=Payload("application/json", b'{"schema": "x/1"}'),
)
