"""Measurements: scripts that print ratios within one run.  bench/README.md says how to run them and what they gave."""
