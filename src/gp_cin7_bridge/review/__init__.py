"""Looking at both systems without writing: is everything there that a run needs?"""
