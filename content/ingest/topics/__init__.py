"""Which topics of several sources are one, which published topic each is, and in which order they stand. Pure."""
