"""The door in: a client that can only GET, the collector that asks, and the tape."""
