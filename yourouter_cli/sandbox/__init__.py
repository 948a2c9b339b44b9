"""A gateway on loopback that speaks every wire format on its own; standard library only."""
