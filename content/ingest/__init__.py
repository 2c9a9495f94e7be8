"""Source file → blocks → outline, notes, facts, authored questions. Pure: no Django, no database.

The flow, one module a stage:
`reading` (folder, zip, file → bytes) → `dialects` (what kind of notes) → `scanner` (lines → typed blocks)
→ `titles` (slide titles) → `outline` (sections, topics, notes) → `facts` and `ready_made` → `read.read_notes`
puts it together as one `model.Draft`, with `misread` pointing out what text recognition got wrong. `merging` tells
which topics of several sources are one, `joining` which published topic each of them is, `conflicts` where sources
disagree. `matching` compares a draft with what is already published; `publish` (the only module here that knows the
database) writes it.
"""
