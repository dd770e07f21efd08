"""Pictures of runs, drawn as SVG by warmer itself, or on axes that a user brings."""
