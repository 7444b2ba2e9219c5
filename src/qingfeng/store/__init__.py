"""Where the log is kept: SQLite, PostgreSQL, memory; projections that are rebuilt from it."""
