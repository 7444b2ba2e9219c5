"""Logs of other systems: read as a stream, mapped to our acts, kept as coded Parquet in order of cases (docs/adr/016-logs-of-others.md)."""
