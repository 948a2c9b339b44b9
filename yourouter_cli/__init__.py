"""A terminal client for the YouRouter gateway and every OpenAI-compatible endpoint."""

__version__ = "0.1.0"
