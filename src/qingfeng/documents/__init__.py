"""文书: the instruments of a case, filled from its events, approved, numbered, sealed and served by hash (docs/adr/007)."""
