"""Case facts: what all rules of a power need of a case, in one row; what follows from them for certain, and which cases stay open."""
