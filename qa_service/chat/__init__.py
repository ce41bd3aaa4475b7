"""Replies for chat front-ends, put together without a model: what was asked, composed from quotations alone.

``followup`` and ``tasks`` read a conversation, ``composing`` writes the reply to an answer, ``phrases`` holds every
word of it that is not quoted. Nothing here knows about HTTP.
"""
