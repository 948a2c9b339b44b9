"""What the user keeps: profiles with the origin of each value, the TOML store, secrets."""
