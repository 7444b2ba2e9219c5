"""The transparency log on disk: tiles, the head on a path of its own, the sequencer that takes events in; witnesses and receipts."""
