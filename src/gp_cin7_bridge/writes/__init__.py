"""Writing, exactly once: the only place from which anything reaches either system."""
