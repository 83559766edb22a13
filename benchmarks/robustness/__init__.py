"""How surely the mode is found: random subjects, poor starts, independent searches."""
