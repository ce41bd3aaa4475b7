"""``python -m qa_service`` is ``qa-service``."""

from __future__ import annotations

from qa_service.cli import main

if __name__ == "__main__":
    main()
