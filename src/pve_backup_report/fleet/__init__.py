"""The fleet room: many clusters, each on its own, and one report of them all."""
