"""Raw answers to dataclasses, one file per noun: an answer that is missing, refused or short becomes a gap."""
