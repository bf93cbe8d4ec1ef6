"""The pages of this room, under an organisation's address."""

from django.conf import settings
from django.urls import path

from klankbord.web.invitations.views import asked, outbox, rules

urlpatterns = [
    path("asking/rules", rules.rule_list, name="rule-list"),
    path("asking/rules/new", rules.rule_new, name="rule-new"),
    path("asking/rules/<int:pk>", rules.rule_detail, name="rule-detail"),
    path("asking/rules/<int:pk>/edit", rules.rule_edit, name="rule-edit"),
    path("asking/rules/<int:pk>/try", rules.rule_try, name="rule-try"),
    path("asking/rules/<int:pk>/switch", rules.rule_switch, name="rule-switch"),
    path("asking/rules/<int:pk>/move", rules.rule_move, name="rule-move"),
    path("asking/rules/<int:pk>/remove", rules.rule_remove, name="rule-remove"),
    path("asking/invitations", asked.asked_list, name="asked-list"),
    path("asking/invitations/<int:pk>/withdraw", asked.asked_withdraw, name="asked-withdraw"),
    path("asking/invitations/<int:pk>/again", asked.asked_again, name="asked-again"),
    path("asking/clocks", asked.clock_list, name="clock-list"),
    path("asking/blocks", asked.block_list, name="block-list"),
    path("asking/blocks/new", asked.block_new, name="block-new"),
    path("asking/blocks/<int:pk>/lift", asked.block_lift, name="block-lift"),
    path("asking/mail", asked.mail_check, name="mail-check"),
    path("asking/mail/test", asked.mail_test, name="mail-test"),
]
if settings.OPTIONS.demo:
    urlpatterns += outbox.urlpatterns
