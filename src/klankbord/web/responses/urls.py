"""The pages of this room, under an organisation's address."""

from django.urls import path

from klankbord.web.responses.views import answers

urlpatterns = [
    path("answers", answers.answer_list, name="answer-list"),
    path("answers/<int:pk>", answers.answer_detail, name="answer-detail"),
    path("answers/<int:pk>/decide", answers.answer_decide, name="answer-decide"),
]
