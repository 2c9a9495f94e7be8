"""What all drills share, whatever grades them: draw → let → fill → grade, and the gates of quality.

`draw` picks values by seed, `formulas` computes with them, `filling` puts them into the text, `drill` is the whole way
and says what an author must mend, `selftest` and `mutation` prove a drill before learners see it.
"""
