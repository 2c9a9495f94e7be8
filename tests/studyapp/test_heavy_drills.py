"""The gate of the drills that a host of workers grades, in a module of its own so that it runs beside the other gate."""

from __future__ import annotations

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from quizzes import graders
from studyapp import drill_sets

HEAVY = settings.COURSES_DIR / "aws-devops-engineer-professional" / "workbench.md"


@pytest.mark.slow
def test_shipped_drills_of_workers_prove_themselves() -> None:
    out = StringIO()
    call_command("check_drills", "--seeds", "100", "--notes", str(HEAVY), stdout=out)
    last = out.getvalue().splitlines()[-1]
    assert "self-test over 100 seeds 8 of 8" in last and last.endswith("passed")


def test_no_other_file_holds_one() -> None:
    """Or its drill would be proven over fewer variants than the others."""
    found = drill_sets.shipped().drills
    heavy = [one for one in found if graders.get(str(one.spec["grader"])).mode == "worker"]
    assert len(heavy) == 8 and {one.path for one in heavy} == {HEAVY.name}
