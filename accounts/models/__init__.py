from accounts.models.invite import Invite
from accounts.models.profile import Profile
from accounts.models.user import User

__all__ = ["Invite", "Profile", "User"]
