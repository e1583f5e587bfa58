"""Parts of the bench of the checks at the door."""
