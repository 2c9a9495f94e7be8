"""The app of content; after every migration its search indexes are looked after."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ContentConfig(AppConfig):
    name = "content"

    def ready(self) -> None:
        post_migrate.connect(_mend_search, sender=self)


def _mend_search(using: str, **kwargs: Any) -> None:
    from content import search_index

    for index in (search_index.TOPICS, search_index.FACTS):
        search_index.mend(using, index)
