"""The plugins that warmer ships, written against its public names only."""
