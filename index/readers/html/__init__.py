"""One web page, one article: its text, headline, dates, outlet and authors, or the reason why it is none."""

from index.readers.html.reader import read_html, read_page

__all__ = ["read_html", "read_page"]
