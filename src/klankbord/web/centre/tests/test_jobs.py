from datetime import timedelta

from django.utils import timezone

from klankbord.web.centre.actions import hold_file
from klankbord.web.centre.jobs import drop
from klankbord.web.centre.kinds import KINDS
from klankbord.web.centre.models import BroughtFile
from klankbord.web.centre.rows import Reading, Row
from klankbord.web.kernel.jobs import enqueue, work
from klankbord.web.kernel.tenancy import acting_in


def test_file_that_nobody_brought_in_is_forgotten_by_itself(transactional_db, organisation, elsewhere, actor):
    del transactional_db
    reading = Reading(rows=(Row(number=2, values={"code": "ann"}),))
    for home in (organisation, elsewhere):
        with acting_in(home):
            hold_file(actor("owner", of=home), kind=KINDS["agent"], reading=reading)
            BroughtFile.objects.update(created_at=timezone.now() - timedelta(hours=25))
    with acting_in(organisation):
        enqueue(drop, organisation)
    work(until_idle=True)
    with acting_in(organisation):
        assert not BroughtFile.objects.exists()
