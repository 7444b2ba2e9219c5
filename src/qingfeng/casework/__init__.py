"""Use cases: handle a command, the inbox, the clockwork, and the ports to the outside."""
