"""The codes that people type: whatever case and separators they choose, it is the same code."""

MOST_TYPED = 64
LENGTH = 8


def normal(typed: str) -> str:
    """Return a code as it was issued, `XLTQ-QNZH`; what cannot be one comes back as nothing."""
    letters = "".join(character for character in typed[:MOST_TYPED].upper() if character.isalnum())
    return f"{letters[:4]}-{letters[4:]}" if len(letters) == LENGTH and letters.isascii() else ""
