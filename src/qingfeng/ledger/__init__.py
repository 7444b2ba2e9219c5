"""The transparency log as arithmetic: trees, notes, checkpoints, proofs; knows no cases and touches no disk."""
