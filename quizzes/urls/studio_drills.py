"""The Studio's pages about drills."""

from __future__ import annotations

from django.urls import path

from quizzes.studio.views import drills

urlpatterns = [
    path("<slug:slug>/drills/", drills.index, name="studio_drills"),
    path("<slug:slug>/drills/new/", drills.new, name="studio_drill_new"),
    path("<slug:slug>/drills/<uuid:uid>/", drills.drill, name="studio_drill"),
    path("<slug:slug>/drills/<uuid:uid>/state/", drills.state, name="studio_drill_state"),
    path("<slug:slug>/drills/<uuid:uid>/export/", drills.export, name="studio_drill_export"),
]
