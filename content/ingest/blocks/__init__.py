"""Lines of one file → typed blocks, and what is left out of it with a reason. Pure."""
