"""Case facts of a canonical log: computed in one pass by one of several engines, kept beside it, and held against the rules."""
