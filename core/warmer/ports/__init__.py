"""Ports: rules where their authors already work, in other people's libraries."""
