"""GP vendors and items as Cin7 Core suppliers and products."""
