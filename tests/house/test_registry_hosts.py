"""Where packages come from is the machine's business: no file names a registry's host."""

from tests.house.repository import files, place

# Written in two halves, or this file would be the first to break its own rule.
HOSTS = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "yarn" + "pkg.com",
    "deb.debian" + ".org",
    "crates" + ".io",
    "proxy.golang" + ".org",
    "repo.maven" + ".apache.org",
]


def test_no_file_names_a_package_registry():
    """No committed file, lock files included, names the host of a package registry."""
    found = [
        f"{place(path)} names {host}"
        for path in files()
        for content in [path.read_bytes().lower()]
        for host in HOSTS
        if host.encode() in content
    ]

    assert found == []
