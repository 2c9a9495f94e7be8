"""The Studio's forms: a new certification with its blueprint. (Uploads need none: see views/uploads.)"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from content.models import Certification, Domain

RESERVED_SLUGS = {"new-certification", "runs"}
MOST_DOMAINS = 6


class CertificationForm(forms.ModelForm):
    class Meta:
        model = Certification
        fields = ["title", "code", "slug"]
        labels = {"slug": "Address", "code": "Exam code"}
        help_texts = {
            "title": "As the exam is officially called.",
            "code": "If it has one, such as DVA-C02.",
            "slug": "Small letters, digits and hyphens, as in every link. Left empty, it is made of the title.",
        }
        error_messages = {
            "title": {"required": "Write the title of the exam."},
            "slug": {"unique": "Another certification has this address. Choose another one."},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False

    def clean_slug(self) -> str:
        of_title = slugify(self.cleaned_data.get("title", ""))[:80].strip("-")
        slug = str(self.cleaned_data["slug"]).lower() or of_title
        if not slug and "title" in self.cleaned_data:
            raise forms.ValidationError("Write an address: the title has no letters that could stand in one.")
        if slug in RESERVED_SLUGS:
            raise forms.ValidationError("The Studio needs this address for itself. Choose another one.")
        return slug


class DomainForm(forms.Form):
    title = forms.CharField(max_length=200, required=False)
    weight = forms.DecimalField(
        label="Weight, %",
        required=False,
        min_value=Decimal("0.01"),
        max_value=100,
        max_digits=5,
        decimal_places=2,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("weight") is not None and not data.get("title"):
            self.add_error("title", "Give this domain a title, or empty its weight.")
        if data.get("title") and data.get("weight") is None and "weight" not in self.errors:
            self.add_error("weight", "Say how much of the exam this domain is, in percent.")
        return data


class BlueprintFormSet(forms.BaseFormSet):
    """Domains with weights that make 100, or none at all."""

    def clean(self) -> None:
        if any(self.errors):
            return
        total = sum((weight for _, weight in self.domains()), Decimal(0))
        if self.domains() and total != 100:
            raise forms.ValidationError(
                f"The weights add up to {total.normalize():f} %. They must make 100 %."
            )

    def domains(self) -> list[tuple[str, Decimal]]:
        rows = (form.cleaned_data for form in self.forms)
        return [(row["title"], row["weight"]) for row in rows if row.get("title")]


DomainFormSet: type[BlueprintFormSet] = cast(
    type[BlueprintFormSet],
    forms.formset_factory(
        DomainForm,
        formset=BlueprintFormSet,
        extra=MOST_DOMAINS,
        max_num=MOST_DOMAINS,
        absolute_max=MOST_DOMAINS,
    ),
)


def create_certification(form: CertificationForm, blueprint: BlueprintFormSet, owner: User) -> Certification:
    """The certification, its domains (one of 100 % when none was given) and its first instructor."""
    with transaction.atomic():
        certification: Certification = form.save()
        certification.instructors.add(owner)
        rows = blueprint.domains() or [(certification.title, Decimal(100))]
        Domain.objects.bulk_create(
            Domain(certification=certification, number=number, title=title, weight=weight)
            for number, (title, weight) in enumerate(rows, start=1)
        )
    return certification
