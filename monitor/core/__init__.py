"""The pure core: rules and records that know no database, screen, clock or file."""
