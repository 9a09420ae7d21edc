"""The questions that the program can ask, one table for each kind of server."""
