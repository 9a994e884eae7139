"""The word in a letter by which its reader can decline the report without signing in.

It is the key of a delivery under a signature that only this installation can make. The key is a
digest, so no address stands in it that a proxy could log; it opens nothing else and never expires.
"""

import secrets
from dataclasses import dataclass
from hashlib import sha256

from itsdangerous import BadSignature, Signer

from queries.desk.people import People

_KEY = "unsubscribe key"
_LONGEST = 200


@dataclass(frozen=True)
class Seal:
    """Makes and reads such words."""

    signer: Signer

    def word(self, key: str) -> str:
        """The word for a letter whose delivery has this key."""
        return self.signer.sign(key).decode()

    def key(self, word: str) -> str | None:
        """The key that a word was made of; None for one that was not made here."""
        try:
            return self.signer.unsign(word).decode() if len(word) <= _LONGEST else None
        except BadSignature:
            return None


class Sealing(People):
    """The seal of the desk."""

    def seal(self) -> Seal:
        """Made at random when it is first needed, and the same for all processes."""
        key = self.secret(_KEY, secrets.token_urlsafe(48))
        return Seal(Signer(key, salt="arrears.unsubscribe", digest_method=sha256))
