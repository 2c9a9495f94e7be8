"""One file a pattern: each turns one statement of the notes into ideas for questions."""
