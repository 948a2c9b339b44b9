"""How it looks: renderers for terminals, pipes and programs, and the table that picks one."""
