"""The headers that every page carries."""

from __future__ import annotations


def page_headers(locale: str, *, nonce: str | None = None, posts: bool = False) -> dict[str, str]:
    """Headers of a page: `nonce` admits its one script, `posts` says that it posts something."""
    policy = ["default-src 'none'", "style-src 'self'", "img-src 'self' data:", "base-uri 'none'"]
    policy.append("frame-ancestors 'none'")
    if nonce is not None:
        policy.append(f"script-src 'nonce-{nonce}'")
    if not posts:
        # Pages with a form go without form-action: Chromium holds it against the redirects after the POST too, and
        # those end at the application's redirect URI, which may be any origin or scheme that is registered.
        policy.append("form-action 'none'")
    return {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        # With no-referrer a browser sends "Origin: null" even to ourselves (Fetch, "append a request Origin header"),
        # and the check of Origin on POST could not tell our form from a stranger's. Other origins learn nothing still.
        "Referrer-Policy": "same-origin" if posts else "no-referrer",
        "Cache-Control": "no-store",
        "Content-Language": locale,
    }
