"""Which examples a run tries: Django's are tried in a process of their own, for it takes one set of settings a process."""

from tests.conftest import pytest_ignore_collect as pytest_ignore_collect
