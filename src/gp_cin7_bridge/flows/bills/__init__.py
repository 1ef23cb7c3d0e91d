"""Bills and credit notes, from Cin7 Core to GP: what to create, what became of those that were sent."""
