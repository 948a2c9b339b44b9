"""How bytes travel: transport, SSE framing, the retry table, plain request and reply values."""
