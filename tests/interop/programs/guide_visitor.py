"""A visitor of the guide's application, who asks for one page after the other.

The application listens nowhere: Flask's test client asks it, as if it were at http://localhost:3000, and keeps the cookies.
"""

import sys
from pathlib import Path
from typing import Any

from lines import answer_lines

sys.path.append(str(Path(__file__).parent / "guide"))


def main() -> None:
    """Visit."""
    from application import app

    visitor = app.test_client()

    def visit(path: str, _: list[Any]) -> dict[str, Any]:
        response = visitor.get(path, base_url="http://localhost:3000")
        return {"status": response.status_code, "location": response.location, "text": response.get_data(as_text=True)}

    answer_lines(visit)


if __name__ == "__main__":
    main()
