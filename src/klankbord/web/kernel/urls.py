"""Addresses of this room under an organisation."""

from django.urls import path

from klankbord.web.kernel import views

urlpatterns = [
    path("jobs", views.job_list, name="job-list"),
    path("jobs/<int:job>/retry", views.job_retry, name="job-retry"),
    path("jobs/<int:job>/discard", views.job_discard, name="job-discard"),
]
