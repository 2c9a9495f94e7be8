"""Source file → blocks → outline, notes, facts, authored questions. Pure: no Django, no database.

The flow, stage by stage:
`reading` (folder, zip, file → bytes) → `blocks` (lines → typed blocks, and what is left out) → `titles` (slides, bare
headings) → `outline` (sections, topics, notes) → `facts` and `questions` (those that stand ready-made) →
`read.read_notes` puts it together as one `model.Draft`. `choices` are what a person decided about single lines.

`topics` tells which topics of several sources are one and which published topic each of them is; `comparing` tells
which statement is which, where sources disagree, and what is said twice. `publish`, the only module here that knows the
database, writes it; `changes` is what a page shows of that beforehand.
"""
