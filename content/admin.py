"""Content in the stock admin: administrators see everything, instructors what they teach.

What has one writer (notes, facts, publications, jobs) is shown and not edited: notes change by a new upload in the
Studio, so that text, facts and questions stay together.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest

from content.models import (
    Certification,
    Domain,
    Fact,
    IngestionRun,
    Job,
    Note,
    Publication,
    Source,
    Topic,
)


class TaughtAdmin(admin.ModelAdmin):
    """Rows of the certifications that the signed-in instructor teaches; all rows for administrators.

    `to_certification` is the path from the model to its certification, empty for the certification itself.
    """

    to_certification = "certification"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if getattr(request.user, "is_superuser", False):
            return rows
        taught = Certification.objects.taught_by(request.user).values("pk")
        return rows.filter(**{f"{self.to_certification or 'pk'}__in": taught})

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        """What can be chosen is what can be seen."""
        target = self.admin_site._registry.get(db_field.remote_field.model)
        if isinstance(target, TaughtAdmin):
            kwargs.setdefault("queryset", target.get_queryset(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _teaches(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _teaches(request)


class ReadOnlyAdmin(TaughtAdmin):
    """Rows that only their own writer changes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TaughtInline(admin.TabularInline):
    """Rows of an object that the parent's admin has let through."""

    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _teaches(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _teaches(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _teaches(request)


class ReadOnlyInline(TaughtInline):
    can_delete = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DomainInline(TaughtInline):
    model = Domain
    fields = ("number", "title", "weight")


@admin.register(Certification)
class CertificationAdmin(TaughtAdmin):
    to_certification = ""
    list_display = ("title", "code", "vendor", "open_to_all", "revision")
    list_filter = ("open_to_all", "vendor")
    search_fields = ("title", "code", "slug")
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("instructors",)
    inlines = (DomainInline,)
    fieldsets = (
        (None, {"fields": ("title", "slug", "code", "vendor", "introduction", "licence")}),
        (
            "The exam",
            {
                "fields": (
                    ("scored_questions", "unscored_questions", "minutes"),
                    ("pass_mark", "scale_min", "scale_max"),
                )
            },
        ),
        ("Who", {"fields": ("open_to_all", "instructors", "revision")}),
    )
    readonly_fields = ("revision",)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Who teaches a certification is for administrators to say; its slug stands in links."""
        if getattr(request.user, "is_superuser", False):
            return self.readonly_fields
        return (*self.readonly_fields, "instructors", "slug")

    def get_prepopulated_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.prepopulated_fields if obj is None else {}


@admin.register(Topic)
class TopicAdmin(TaughtAdmin):
    list_display = ("title", "certification", "domain", "depth", "source", "line", "retired")
    list_filter = ("certification", "domain", "depth", "stub", "retired")
    list_select_related = ("certification", "domain", "source")
    search_fields = ("title", "slug", "anchor")
    fields = (
        "title",
        "slug",
        "certification",
        "domain",
        "parent",
        "source",
        "line",
        "stub",
        "retired",
        "uid",
    )
    readonly_fields = ("slug", "certification", "parent", "source", "line", "stub", "retired", "uid")
    ordering = ("certification", "position")

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "domain":
            topic = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
            kwargs["queryset"] = Domain.objects.filter(certification__topics=topic).distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # topics come of notes

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # they are retired by publishing, never deleted: cards hang on them


@admin.register(Source)
class SourceAdmin(ReadOnlyAdmin):
    list_display = (
        "path",
        "certification",
        "dialect",
        "lines",
        "nonblank",
        "in_blocks",
        "retired",
        "updated_at",
    )
    list_filter = ("certification", "dialect", "retired")
    list_select_related = ("certification",)
    search_fields = ("path",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        viewing = request.resolver_match and "object_id" in request.resolver_match.kwargs
        return rows if viewing else rows.defer("text", "discarded")


@admin.register(Note)
class NoteAdmin(ReadOnlyAdmin):
    to_certification = "topic__certification"
    list_display = ("topic", "source", "line_from", "line_to")
    list_filter = ("topic__certification",)
    list_select_related = ("topic", "source")
    search_fields = ("topic__title", "source__path", "markdown")
    fields = ("topic", "source", "line_from", "line_to", "markdown")


@admin.register(Fact)
class FactAdmin(ReadOnlyAdmin):
    to_certification = "topic__certification"
    list_display = ("text", "kind", "topic", "source", "line_from", "state")
    list_filter = ("topic__certification", "kind", "state")
    list_select_related = ("topic", "source")
    search_fields = ("text", "term", "topic__title")


@admin.register(IngestionRun)
class IngestionRunAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "certification", "owner", "state", "created_at", "finished_at")
    list_filter = ("certification", "state")
    list_select_related = ("certification", "owner")
    search_fields = ("title", "owner__email")
    date_hierarchy = "created_at"
    fields = (
        "title",
        "certification",
        "owner",
        "paths",
        "state",
        "created_at",
        "finished_at",
        "error",
        "uid",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("draft", "report", "rejected")


@admin.register(Publication)
class PublicationAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "certification", "published_by", "published_at")
    list_filter = ("certification",)
    list_select_related = ("certification", "published_by")
    date_hierarchy = "published_at"


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Background work, for administrators: what waits, what runs, what failed and why."""

    list_display = ("kind", "key", "state", "stage", "done", "total", "attempts", "run_after", "finished_at")
    list_filter = ("state", "kind")
    search_fields = ("key", "error")
    date_hierarchy = "created_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return admin.ModelAdmin.get_queryset(self, request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_administrator(request)


def _teaches(request: HttpRequest) -> bool:
    user = request.user
    return user.is_active and user.is_staff and getattr(user, "is_instructor", False)


def _is_administrator(request: HttpRequest) -> bool:
    return request.user.is_active and getattr(request.user, "is_superuser", False)
