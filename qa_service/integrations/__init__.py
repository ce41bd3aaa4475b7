"""Retrievers for other people's pipelines, over HTTP against a running service; each needs its extra."""
