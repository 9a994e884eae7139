"""The errors a person can act on: what was given, what was expected, what to do."""


class UserError(Exception):
    """Shown without a traceback by every door (command line, page, job log).

    `given` says what was found, `expected` what would have been right, `cure` what to do next.
    Anything that is not a UserError is a bug and stays loud.
    """

    def __init__(self, given: str, expected: str = "", cure: str = "") -> None:
        self.given = given
        self.expected = expected
        self.cure = cure
        super().__init__(given)

    def __str__(self) -> str:
        lines = [self.given]
        if self.expected:
            lines.append(f"Expected: {self.expected}")
        if self.cure:
            lines.append(f"To do: {self.cure}")
        return "\n".join(lines)


class OtherVersionError(UserError):
    """The figures were made by another version of the program, which laid them out differently."""


class DeskAwayError(UserError):
    """The database of the desk does not answer, so nobody can be told from anybody else."""
