"""One file, one recurring obligation with its own limit."""
