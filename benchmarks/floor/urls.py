from django.urls import path

from benchmarks.floor import views

urlpatterns = [path("answer/", views.answer)]
