"""Which lines are titles: of slides, of hand-written notes, of decks whose export marks its pages. Pure."""
