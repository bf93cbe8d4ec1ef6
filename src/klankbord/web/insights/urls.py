"""Addresses of this room under an organisation."""

from django.urls import path

from klankbord.web.insights.views import contacts, overviews, questions

urlpatterns = [
    path("", overviews.overview, name="overview"),
    path("overview/<str:dimension>/<path:code>", overviews.unit_overview, name="unit-overview"),
    path("question", questions.question, name="question"),
    path("question/contacts", questions.contacts_behind, name="contacts-behind"),
    path("contacts", contacts.contact_list, name="contact-list"),
    path("contacts/answer/<int:answer>", contacts.contact_of_answer, name="answer-contact"),
    path("contacts/story/<str:token>", contacts.contact_story, name="contact-story"),
]
