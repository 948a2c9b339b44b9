"""How each API speaks: bytes to events and back; no input or output happens here."""
