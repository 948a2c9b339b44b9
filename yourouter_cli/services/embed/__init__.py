"""Text to vectors: one line or a hundred million, in order, resumable, each text paid for once."""
