"""The heart, pure: case, command, event, situation, control, procedure and the decision."""
