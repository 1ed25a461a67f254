"""Django's admin, entered and left through Logto."""

from django.contrib.auth import get_user_model

from logto.testing.django import sign_in_as


def test_the_admin_is_entered_through_logto(visitor, settings_of):
    """Whoever asks for a page of the admin is sent to Logto and back to it, and is in with a role that is staff's."""
    with settings_of(LOGTO={"STAFF_ROLES": ["shopper"], "SUPERUSER_ROLES": ["shopper"]}):
        sent = visitor.get("/admin/auth/user/")
        assert sent["Location"] == "/admin/login/?next=/admin/auth/user/"
        onward = visitor.get(sent["Location"])["Location"]
        assert visitor.sign_in(onward)["Location"] == "/admin/auth/user/"
        assert visitor.get("/admin/auth/user/").status_code == 200


def test_who_is_staff_is_in_and_out_by_post(visitor, settings_of):
    """The admin's own form signs out, of Logto as well."""
    with settings_of(LOGTO={"STAFF_ROLES": ["admin"], "SUPERUSER_ROLES": ["admin"]}):
        sign_in_as(visitor.client, "olga", roles=["admin"])
        assert visitor.get("/admin/").status_code == 200
        assert visitor.get("/admin/login/")["Location"] == "/admin/"
        assert visitor.get("/admin/logout/").status_code == 405
        assert "/session/end?" in visitor.post("/admin/logout/")["Location"]
        assert visitor.get("/admin/").status_code == 302


def test_who_is_not_staff_is_refused_once(visitor):
    """Whoever is signed in, and no member of the staff, is told so, and not sent to Logto again and again."""
    sign_in_as(visitor.client, "paul")
    assert visitor.get(visitor.get("/admin/")["Location"]).status_code == 403


def test_a_password_opens_nothing(visitor):
    """The admin's login takes no password: there is no form."""
    get_user_model().objects.filter(username="root").delete()
    get_user_model().objects.create_superuser("root", password="a-password-of-root")
    answer = visitor.post("/admin/login/", {"username": "root", "password": "a-password-of-root"})
    assert answer["Location"].startswith("/sign-in?")
    assert visitor.get("/admin/").status_code == 302
