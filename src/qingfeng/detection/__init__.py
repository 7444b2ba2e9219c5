"""Finds in a log what got past: acts, the run over all rules, findings, patterns."""
