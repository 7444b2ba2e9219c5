"""One file, one rule: what it refuses before the act, and what it finds afterwards in any log."""
