"""A project whose users are its own, named by their e-mail address, and a project's tests with pytest-django's database."""

import subprocess
import sys

SETTINGS = """
SECRET_KEY = "of no use outside these tests, and long enough"
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "people", "logto.integrations.django",
]
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["logto.integrations.django.LogtoBackend"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "people.sqlite3"}}
LOGTO = {"ENDPOINT": "https://logto.example", "APP_ID": "app", "APP_SECRET": "secret", "STAFF_ROLES": ["boss"]}
USE_TZ, ALLOWED_HOSTS = True, ["testserver"]
"""
MODELS = """
import uuid
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

class Person(AbstractBaseUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    email = models.EmailField(unique=True)
    objects = BaseUserManager()
    USERNAME_FIELD = EMAIL_FIELD = "email"
"""
VISIT = """
import django
django.setup()
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.test import Client
call_command("makemigrations", "people", verbosity=0)
call_command("migrate", verbosity=0)
from logto.testing.django import sign_in_as
from people.models import Person
person = sign_in_as(Client(), "ann", email="ann@example.com", name="Ann", roles=["boss"])
again = sign_in_as(Client(), "ann", email="ann@new.example")
assert (person.pk, person.email, again.pk) == (again.pk, "ann@example.com", person.pk)
try:
    sign_in_as(Client(), "thief", email="ann@example.com")
except Exception as error:
    print(error.code)
try:
    sign_in_as(Client(), "nameless")
except Exception as error:
    print(error.code)
print(Person.objects.count())
"""


def test_a_user_model_of_ones_own(tmp_path):
    """Users named by their address, with keys of another kind: found again by their id; an address that another has, and
    none, are refused.
    """
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "__init__.py").touch()
    (tmp_path / "settings.py").write_text(SETTINGS)
    (tmp_path / "people" / "models.py").write_text(MODELS)
    result = subprocess.run(
        [sys.executable, "-c", VISIT],
        cwd=tmp_path,
        env={"DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == ["forbidden.user", "configuration.claim_not_requested", "1"]
