from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="history_mode",
            field=models.CharField(default="research", max_length=10),
        ),
        migrations.AddField(
            model_name="organisation",
            name="history_reason",
            field=models.CharField(blank=True, max_length=400),
        ),
    ]
