"""What was said: the SQLite store of conversations, written while the answer streams."""
