"""A small client for a language model behind an OpenAI-compatible address. Off unless an address is set.

MODWISE_LLM_URL     where it answers, as http://127.0.0.1:8080/v1
MODWISE_LLM_MODEL   the model's name, where the server holds several
MODWISE_LLM_KEY     a key, where the server wants one
MODWISE_LLM_REMOTE  "allow": an address outside this machine may be used; without it, one is refused

A model only rephrases what it is given; whoever calls it checks each sentence that comes back.
"""

from __future__ import annotations

import ipaddress
import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from modwise.errors import InputError, UsageError

TIMEOUT = 60.0
# A phrased answer is a few hundred words; a server that sends more than this is not answering the question.
MOST_BYTES = 1_000_000
WHERE = "MODWISE_LLM_URL"


@dataclass(frozen=True)
class Endpoint:
    """Where a model answers. The key stays out of its text form."""

    url: str
    model: str = ""
    key: str = ""
    timeout: float = TIMEOUT

    def __repr__(self) -> str:
        return f"Endpoint({self.url!r}, model={self.model!r})"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect could lead off this machine, so none is followed."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def endpoint(environment: Mapping[str, str] | None = None) -> Endpoint | None:
    """The endpoint that the environment names; None where none is set.

    Raises UsageError for an address that is no http(s) address, or that leaves this machine without MODWISE_LLM_REMOTE=allow.
    """
    given = os.environ if environment is None else environment
    url = given.get(WHERE, "").strip().rstrip("/")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{WHERE} is no address", hint="Write it as http://127.0.0.1:8080/v1.", code="bad-llm-url")
    if not is_loopback(parts.hostname) and given.get("MODWISE_LLM_REMOTE", "") != "allow":
        raise UsageError(
            f"{WHERE} leaves this machine",
            hint="Use a server on this machine, or set MODWISE_LLM_REMOTE=allow if what is asked may be sent there.",
            code="llm-not-local",
        )
    return Endpoint(url, given.get("MODWISE_LLM_MODEL", ""), given.get("MODWISE_LLM_KEY", ""))


def is_loopback(host: str) -> bool:
    """Whether the host name or address is this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def complete(where: Endpoint, instruction: str, text: str, *, most_tokens: int = 600) -> str:
    """What the model answers to the text under the instruction, without sampling.

    Raises InputError where the server cannot be reached, refuses, or does not answer in the expected shape; the message holds
    nothing of the text.
    """
    body: dict[str, Any] = {
        "messages": [{"role": "system", "content": instruction}, {"role": "user", "content": text}],
        "temperature": 0,
        "max_tokens": most_tokens,
        "stream": False,
    }
    if where.model:
        body["model"] = where.model
    return _content(_post(where, json.dumps(body).encode()))


def _post(where: Endpoint, body: bytes) -> bytes:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if where.key:
        headers["Authorization"] = f"Bearer {where.key}"
    # `endpoint` has let nothing but http and https pass.
    request = urllib.request.Request(f"{where.url}/chat/completions", data=body, headers=headers, method="POST")  # noqa: S310
    # A proxy of the environment would carry a local question off the machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
    try:
        with opener.open(request, timeout=where.timeout) as answer:
            content: bytes = answer.read(MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        error.close()
        raise _failed(f"the language model's server answered {error.code}") from None
    except (OSError, ValueError) as error:
        raise _failed(f"the language model cannot be reached ({type(error).__name__})") from None
    if len(content) > MOST_BYTES:
        raise _failed("the language model's answer is too long")
    return content


def _content(body: bytes) -> str:
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError):
        content = None
    if not isinstance(content, str):
        raise _failed("the language model's server did not answer as an OpenAI-compatible one does")
    return content


def _failed(message: str) -> InputError:
    return InputError(
        message, where=WHERE, hint="Check that the server runs; without it Modwise says the same plainly.", code="llm-failed"
    )
