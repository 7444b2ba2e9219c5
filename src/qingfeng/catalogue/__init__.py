"""Powers as the agency declares them: the map verbatim, the procedure, faults, coverage."""
