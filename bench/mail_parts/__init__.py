"""Pieces of the mail benches: a mail server that misbehaves on demand, and comparison with its log."""
