"""The one error that this package raises on purpose."""


class Refusal(Exception):
    """Says by itself what is wrong: it needs no traceback. `details` go along with it."""

    def __init__(self, text, **details):
        super().__init__(text)
        self.details = details
