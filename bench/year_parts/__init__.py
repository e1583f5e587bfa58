"""Pieces of the year bench: a scratch installation, schedulers that can be killed, the findings."""
