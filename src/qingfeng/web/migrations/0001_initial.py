"""The table of accounts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One table."""

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=100, unique=True)),
                ('is_active', models.BooleanField(default=True)),
                ('first_token', models.CharField(blank=True, default='', max_length=128)),
            ],
            options={
                'verbose_name': 'account',
            },
        ),
    ]
