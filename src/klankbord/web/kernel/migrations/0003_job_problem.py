from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_history_mode")]

    operations = [
        migrations.AddField(model_name="job", name="problem", field=models.JSONField(default=dict)),
    ]
