"""The web page: questions asked, read and checked in a browser. Rendered here, enhanced by one small script."""
