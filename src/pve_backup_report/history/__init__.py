"""The history room: what each run knew, kept in a database, and what that tells about the next."""
