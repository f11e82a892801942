from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("engagement", "0003_prospects"),
    ]

    operations = [
        migrations.AddField(
            model_name="weekforecast",
            name="worths",
            field=models.JSONField(
                default=dict,
                help_text="What one of each metric was worth when the forecast was made, by metric id.",
            ),
        ),
        migrations.AlterField(
            model_name="weekforecast",
            name="counted",
            field=models.FloatField(
                help_text="What the week brought, in the same worths; empty until that is known.",
                null=True,
            ),
        ),
    ]
