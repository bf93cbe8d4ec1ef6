"""The pages of this room, under an organisation's address."""

from django.urls import path

from klankbord.web.surveys.views import editor, surveys

urlpatterns = [
    path("surveys", surveys.survey_list, name="survey-list"),
    path("surveys/new", surveys.survey_new, name="survey-new"),
    path("surveys/<int:pk>", surveys.survey_detail, name="survey-detail"),
    path("surveys/<int:pk>/edit", editor.survey_edit, name="survey-edit"),
    path("surveys/<int:pk>/preview", editor.survey_preview, name="survey-preview"),
    path("surveys/<int:pk>/publish", surveys.survey_publish, name="survey-publish"),
    path("surveys/<int:pk>/archive", surveys.survey_archive, name="survey-archive"),
    path("surveys/<int:pk>/discard", surveys.survey_discard, name="survey-discard"),
    path("surveys/<int:pk>/distribution", surveys.survey_distribution, name="survey-distribution"),
    path("surveys/<int:pk>/code.svg", surveys.survey_code, name="survey-code"),
]
