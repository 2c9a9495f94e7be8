"""People in the content admin, for administrators: who they are, their role, invites, lost second factors."""

from __future__ import annotations

from typing import Any

import allauth.account.admin
import allauth.mfa.admin
import allauth.usersessions.admin  # noqa: F401  # registers what is taken away below
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from accounts import people
from accounts.models import Invite, Profile, User
from accounts.preferences import change_profile

# Roles say who may do what; session keys and secrets of second factors are nobody's to read.
admin.site.unregister([Group, Authenticator, UserSession, EmailAddress])


class PersonForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name", "role")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class ProfileInline(admin.StackedInline):
    model = Profile
    can_delete = False
    readonly_fields = ("next_digest_at",)


@admin.register(User)
class PersonAdmin(UserAdmin):
    add_form = PersonForm
    add_fieldsets = (
        (None, {"fields": ("email", "name", "role", "usable_password", "password1", "password2")}),
    )
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("May", {"fields": ("role", "is_active", "is_staff", "is_superuser")}),
        ("When", {"fields": ("date_joined", "last_login")}),
    )
    inlines = (ProfileInline,)
    list_display = ("email", "name", "role", "is_staff", "is_superuser", "is_active", "last_login")
    list_filter = ("role", "is_active", "is_staff", "is_superuser")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("date_joined", "last_login")

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return self.inlines if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """New people are made where all people are made; a changed address moves the address row with it."""
        if not change:
            password = form.cleaned_data.get("password1") or None
            made = people.create_person(obj.email, password, obj.name, obj.role, verified=True)
            obj.__dict__.update(made.__dict__)
            return
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            people.give_address(obj, obj.email)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Profiles have one writer, which also moves the digest and the study day."""
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        for profile in formset.forms:
            if profile.has_changed():
                changed = {name: profile.cleaned_data[name] for name in profile.changed_data}
                change_profile(profile.instance.user, changed)
                formset.changed_objects.append((profile.instance, profile.changed_data))


@admin.register(Invite)
class InviteAdmin(admin.ModelAdmin):
    """Makes links that open sign-up. Links into a class are made on the page of the class."""

    list_display = ("__str__", "created_by", "created_at", "expires_at", "uses", "most_uses", "withdrawn")
    list_filter = ("purpose", "role", "withdrawn")
    list_select_related = ("created_by",)
    date_hierarchy = "created_at"
    search_fields = ("created_by__email", "created_by__name")
    actions = ("withdraw",)
    fields = ("role", "most_uses", "expires_at", "withdrawn", "purpose", "uses", "created_by", "created_at")

    def get_fields(self, request: HttpRequest, obj: Invite | None = None) -> Any:
        return self.fields if obj is not None else ("role", "most_uses", "expires_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Invite | None = None) -> Any:
        return ("role", "purpose", "uses", "created_by", "created_at") if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: Invite, form: forms.ModelForm, change: bool) -> None:
        if change:
            Invite.objects.filter(pk=obj.pk).update(
                **{name: form.cleaned_data[name] for name in form.changed_data}
            )
            return
        made, token = Invite.make(
            request.now,  # type: ignore[attr-defined]
            role=obj.role,
            most_uses=obj.most_uses,
            expires_at=obj.expires_at,
            created_by=request.user,
        )
        obj.__dict__.update(made.__dict__)
        link = request.build_absolute_uri(reverse("join", args=[token]))
        messages.warning(request, f"Copy this link now, it is shown this once: {link}")

    @admin.action(description="Withdraw the selected invites", permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Invite]) -> None:
        count = queryset.update(withdrawn=True)
        self.message_user(request, f"{count} withdrawn. Whoever has come in by them stays.", messages.SUCCESS)


@admin.register(Authenticator)
class SecondFactorAdmin(admin.ModelAdmin):
    """Only to take a lost second factor away: delete it, and its owner signs in with the password again."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name")
    fields = readonly_fields = ("user", "type", "created_at", "last_used_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(EmailAddress)
class AddressAdmin(admin.ModelAdmin):
    """Which addresses are known to be whose. To change the sign-in address, change the person."""

    list_display = ("email", "user", "primary", "verified")
    list_filter = ("primary", "verified")
    list_select_related = ("user",)
    search_fields = ("email", "user__name")
    fields = ("user", "email", "primary", "verified")
    readonly_fields = ("user", "email", "primary")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
