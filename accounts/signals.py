"""What happens to people and concerns rooms that this one must not know.

Sent by name from the one function that writes the fact, inside its transaction; never from a model's save.
"""

from __future__ import annotations

from django.dispatch import Signal

# Somebody signed up with an invite. Arguments: invite, user, at.
signed_up_with_invite = Signal()

# When a person's study day begins has changed (zone or rollover hour). Arguments: user.
study_clock_changed = Signal()
