"""`models/fixed.py`: JSON that cannot be changed."""

import copy
import json
import pickle

import pytest

from logto.models.fixed import FixedDict, FixedList, fixed

VALUE = {"roles": ["a", "b"], "nested": {"n": [1, {"m": None}]}, "name": "x"}

CHANGES = [
    lambda value: value["roles"].append("admin"),
    lambda value: value["roles"].extend(["admin"]),
    lambda value: value["roles"].insert(0, "admin"),
    lambda value: value["roles"].remove("a"),
    lambda value: value["roles"].pop(),
    lambda value: value["roles"].clear(),
    lambda value: value["roles"].sort(),
    lambda value: value["roles"].reverse(),
    lambda value: value["roles"].__setitem__(0, "admin"),
    lambda value: value["roles"].__delitem__(0),
    lambda value: value["roles"].__iadd__(["admin"]),
    lambda value: value["roles"].__imul__(2),
    lambda value: value.update(roles=["admin"]),
    lambda value: value.setdefault("admin", True),
    lambda value: value.pop("name"),
    lambda value: value.popitem(),
    lambda value: value.clear(),
    lambda value: value.__setitem__("name", "y"),
    lambda value: value.__delitem__("name"),
    lambda value: value.__ior__({"name": "y"}),
    lambda value: value["nested"]["n"][1].update(m=1),
]


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_in_it_can_be_changed(change):
    """Each way to change a list or a dictionary, however deep, is refused, and changes nothing."""
    value = fixed(VALUE)

    with pytest.raises(TypeError, match="read-only"):
        change(value)
    assert value == VALUE


def test_it_is_as_good_as_plain_json():
    """It compares, prints and is written like what it was made from."""
    value = fixed(VALUE)

    assert value == VALUE
    assert repr(value) == repr(VALUE)
    assert json.dumps(value) == json.dumps(VALUE)
    assert isinstance(value["roles"], list)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])  # noqa: S301 - our own bytes
def test_a_copy_is_plain_and_can_be_changed(copied):
    """Who wants to change something copies it."""
    value = copied(fixed(VALUE))
    value["name"] = "y"

    assert type(value) is dict
    assert type(copy.copy(FixedList([1]))) is list
    assert type(copy.copy(FixedDict())) is dict
