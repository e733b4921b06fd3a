"""How the feeder refuses a job: a code of the closed list and a name of the request, never a
value."""


class Refusal(Exception):
    """`detail` is for the custodian's log alone; it never leaves the environment."""

    def __init__(self, code: str, about: str | None = None, detail: str = "") -> None:
        super().__init__(f"{code}{f' ({about})' if about else ''}{f': {detail}' if detail else ''}")
        self.code = code
        self.about = about
