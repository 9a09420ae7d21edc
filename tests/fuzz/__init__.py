"""Fuzzing of what reads other people's bytes: ``PYTHONPATH=tests python -m fuzz`` runs it for a minute."""
