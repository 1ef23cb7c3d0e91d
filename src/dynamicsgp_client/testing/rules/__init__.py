"""GP's rules over GP's tables; each refusal is GP's own text."""
