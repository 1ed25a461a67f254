"""Times in bodies: milliseconds since 1970 outside, seconds inside."""

from logto.server.api.body import bad_request
from logto.server.api.call import Call


def future(call: Call, milliseconds: int | None) -> float | None:
    """Return a moment in seconds; None if there is none.

    Raises: ApiError (request.invalid_input) for one that is over.
    """
    if milliseconds is None:
        return None
    if milliseconds / 1000 <= call.now:
        raise bad_request("`expiresAt` must be in the future")
    return milliseconds / 1000
