"""What the user types: arguments become a plain request, a service runs, a renderer shows."""
