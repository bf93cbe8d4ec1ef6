"""Addresses of this room outside any organisation: for whoever answers."""

from django.urls import path

from klankbord.web.responses.views import embedding, respondents

urlpatterns = [
    path("s/<str:token>/", respondents.answer, name="respond"),
    path("s/<str:token>/done/", respondents.done, name="respond-done"),
    path("s/<str:token>/more/", respondents.honeypot, name="respond-more"),
    path("s/<str:token>/stop/", respondents.stop, name="respond-stop"),
    path("s/<str:token>/<int:score>/", respondents.answer, name="respond-score"),
    path("q/<str:survey>/", respondents.answer, name="respond-open"),
    path("q/<str:survey>/widget.js", embedding.script, name="respond-widget"),
    path("q/<str:survey>/<str:answer>/", respondents.answer, name="respond-again"),
    path("q/<str:survey>/<str:answer>/done/", respondents.done, name="respond-again-done"),
]
