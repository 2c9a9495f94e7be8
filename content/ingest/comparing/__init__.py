"""Statements against statements: the same one reworded, one that disagrees, one that is said twice. Pure."""
