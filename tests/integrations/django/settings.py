"""A Django project of one app. Where its databases are, each test says (conftest.py)."""

SECRET_KEY = "of no use outside these tests"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "logto.integrations.django"]
ALLOWED_HOSTS = ["testserver"]
USE_TZ = True
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    "sqlite": {
        "ENGINE": "django.db.backends.sqlite3",
        "OPTIONS": {"timeout": 30, "init_command": "PRAGMA synchronous=OFF"},
    },
    "postgresql": {"ENGINE": "django.db.backends.postgresql"},
}
