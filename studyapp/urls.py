"""Every address of the product."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from studyapp import views

admin.site.site_header = admin.site.site_title = "Studyapp content admin"
admin.site.index_title = "Content and people"
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # the same door for everybody

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("quizzes.urls.study")),
    path("", include("quizzes.urls.reader")),
    path("", include("quizzes.urls.classes")),
    path("", include("quizzes.urls.digests")),
    path("studio/", include("quizzes.urls.studio")),
    path("admin/", admin.site.urls),
]
handler500 = "studyapp.views.server_error"
