"""What the tool does: one module per job, free of argument parsing and of rendering."""
