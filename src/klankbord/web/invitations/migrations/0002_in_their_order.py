"""Lists of invitations are read in the order in which they leave."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("invitations", "0001_initial"),)

    operations = (
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(fields=["organisation", "asked_at", "id"], name="invitations_in_their_order"),
        ),
    )
