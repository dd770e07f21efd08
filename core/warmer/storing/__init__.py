"""Files of warmer's own: the container of models and checkpoints, written whole or not at all."""
