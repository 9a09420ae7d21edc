"""The door out: one file per channel."""
