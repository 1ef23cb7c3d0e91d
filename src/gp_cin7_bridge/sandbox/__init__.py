"""Both systems simulated side by side: data sets, their folder, and the comparison with what was intended."""
