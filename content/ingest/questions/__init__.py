"""Questions that stand ready-made in notes, in the many shapes in which people write them. Pure."""
