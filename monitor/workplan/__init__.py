"""Plan text in, targets out; nothing here reads a file, a clock or a database."""
