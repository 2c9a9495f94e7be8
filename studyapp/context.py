"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, object]:
    return {
        "mail_configured": settings.MAIL_CONFIGURED,
        "demo": settings.DEMO,
        "signup_open": settings.SIGNUP_OPEN,
    }
