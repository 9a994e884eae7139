"""Letters to chats through Apprise, which answers with yes or no, and takes every answer 200 for a
yes, also one in which DingTalk or WeCom says that it refused. So this room listens to what the
plugins hear, and tells what certainly did not arrive from what may have.
"""

import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType
from typing import Any

from reports.failures import DeliveryError
from service.chat_services import plugin_of

# It may be better soon, whatever else an answer from 400 to 499 means.
_LATER = frozenset({408, 425, 429})
# A gateway that heard nothing from behind it does not know whether the letter has arrived.
_UNCERTAIN = frozenset({502, 504})


@dataclass
class _Heard:
    """What came of one letter: how many requests were answered well, and what went wrong last."""

    well: int = 0
    wrong: DeliveryError | None = None


_HEARD: ContextVar[_Heard | None] = ContextVar("heard", default=None)


@dataclass
class _Listening:
    """`requests` as a plugin knows it, with somebody listening."""

    requests: ModuleType

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.requests, name)
        return partial(self._listen, value) if name in ("post", "request", "put") else value

    def _listen(self, call: Callable[..., Any], *args: Any, **options: Any) -> Any:
        heard = _HEARD.get()
        if heard is None:
            return call(*args, **options)
        try:
            answer = call(*args, **options)
        except self.requests.RequestException as error:
            heard.wrong = _broken(error)
            raise
        wrong = _refused(answer)
        heard.wrong = wrong
        heard.well += wrong is None
        return answer


@dataclass
class Chats:
    """The chats of a configuration, by name: their addresses hold secrets and are never told."""

    addresses: Mapping[str, str]
    _plugins: dict[str, Any] = field(default_factory=dict)

    def deliver(self, name: str, subject: str, text: str) -> str:
        """Hands a letter over. Raises DeliveryError, `unknown` where it may have arrived."""
        if name not in self.addresses:
            raise DeliveryError(f"The chat {name} is not configured any more", permanent=True)
        if name not in self._plugins:
            self._plugins[name] = plugin = plugin_of(self.addresses[name])
            _listen_in(sys.modules[type(plugin).__module__])
        heard = _Heard()
        token = _HEARD.set(heard)
        try:
            taken = self._plugins[name].notify(body=text, title=subject)
        finally:
            _HEARD.reset(token)
        if taken and heard.wrong is None:
            return ""
        if heard.well:
            # One of several requests: part of it is there.
            raise DeliveryError("Only a part of it was taken", permanent=False, unknown=True)
        raise heard.wrong or DeliveryError("Apprise could not make a message of it", permanent=True)


def _listen_in(module: ModuleType) -> None:
    names = vars(module)
    if not isinstance(names["requests"], _Listening):
        names["requests"] = _Listening(names["requests"])


def _refused(answer: Any) -> DeliveryError | None:
    """What an answer means; None where the letter was taken."""
    status = int(answer.status_code)
    if 200 <= status < 300:
        code = _own_code(answer)
        if not code:
            return None
        # It says itself that nothing was posted, so that trying again is safe.
        return DeliveryError(f"The service refused it with code {code}", permanent=False)
    permanent = 300 <= status < 500 and status not in _LATER
    return DeliveryError(
        f"The service answered {status}", permanent=permanent, unknown=status in _UNCERTAIN
    )


def _own_code(answer: Any) -> int:
    """The error code within an answer 200 of DingTalk, WeCom and Feishu; 0 where there is none."""
    try:
        told = answer.json()
    except ValueError:
        return 0
    codes = [told.get(name) for name in ("errcode", "code")] if isinstance(told, dict) else []
    return next((code for code in codes if isinstance(code, int) and code), 0)


def _broken(error: Any) -> DeliveryError:
    """What an error of a connection means: only where it never stood has nothing arrived. The text
    of an error holds the address, so it is not told."""
    from requests import exceptions
    from urllib3.exceptions import NameResolutionError, NewConnectionError

    kind = type(error).__name__
    if isinstance(error, (exceptions.InvalidURL, exceptions.InvalidHeader)):
        return DeliveryError(f"The address cannot be used ({kind})", permanent=True)
    never = (exceptions.ConnectTimeout, exceptions.SSLError, exceptions.ProxyError)
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, never) or isinstance(reason, (NewConnectionError, NameResolutionError)):
        return DeliveryError("The service cannot be reached", permanent=False)
    return DeliveryError(f"The connection broke ({kind})", permanent=False, unknown=True)
