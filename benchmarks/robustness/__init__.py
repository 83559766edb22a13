"""How surely the search for the mode finds it: random subjects, poor starts, independent searches."""
