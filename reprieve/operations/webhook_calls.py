"""Posts webhooks as Standard Webhooks says: signed, bounded in time, never redirected, never to a private address.

The address is looked up once, checked, and called by its number, so that a name cannot lead elsewhere in between.
"""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpx
from standardwebhooks import Webhook

from reprieve.errors import BadInput
from reprieve.lending.ports import Call, Undelivered

SECONDS_MOST: Final = 15.0
"""The whole call: look-up, connection and answer."""
CONNECT_SECONDS: Final = 5.0
GONE: Final = 410
URL_LETTERS_MOST: Final = 2_000
NAT64: Final = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class SignedCalls:
    """Posts webhooks over HTTP; with `public_only`, over TLS and to public addresses alone. A sandbox goes without."""

    public_only: bool
    seconds: float = SECONDS_MOST

    def call(self, call: Call, now: datetime) -> None:
        """Post one webhook; any answer of 2xx takes it, 410 says that nobody is there any more."""
        try:
            status = asyncio.run(asyncio.wait_for(self._post(call, now), self.seconds))
        except TimeoutError:
            raise Undelivered(f"No answer within {self.seconds:g} s.") from None
        except httpx.HTTPError as error:
            raise Undelivered(f"The connection failed ({type(error).__name__}).") from None
        if status == GONE:
            raise Undelivered("The endpoint answered 410: it is gone.", is_gone=True)
        if not 200 <= status < 300:
            raise Undelivered(f"The endpoint answered {status}.")

    async def _post(self, call: Call, now: datetime) -> int:
        parts = urlsplit(call.url)
        number = await self._looked_up(parts)
        timeout = httpx.Timeout(self.seconds, connect=min(CONNECT_SECONDS, self.seconds))
        async with httpx.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=False) as client:
            request = client.build_request(
                "POST", _by_number(parts, number), content=call.body.encode(), headers=_headers(call, parts, now),
                extensions={"sni_hostname": parts.hostname},
            )  # fmt: skip
            answer = await client.send(request, stream=True)
            await answer.aclose()
        return answer.status_code

    async def _looked_up(self, parts: SplitResult) -> str:
        """Return a number of the host; every number it has must be allowed."""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            found = await asyncio.get_running_loop().getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Undelivered("The name of the endpoint is not known to the network.") from None
        numbers = [str(address[0]) for *_, address in found]
        if self.public_only and (parts.scheme != "https" or not all(map(is_public, numbers))):
            raise Undelivered("The endpoint is not at a public address over https; nothing was sent.", is_final=True)
        return numbers[0]


def check_url(url: str, *, public_only: bool) -> None:
    """Raise `BadInput` for what is no address of a webhook, or, with `public_only`, not https or a private number."""
    allowed = "an address such as https://example.org/hooks, without a name, password or fragment"
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise BadInput("url", f'"{url[:100]}"', allowed, code="url") from None
    is_plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= URL_LETTERS_MOST
    if not (is_good and is_plain) or parts.username is not None or parts.password is not None or parts.fragment:
        raise BadInput("url", f'"{url[:100]}"', allowed, code="url")
    if public_only and parts.scheme != "https":
        raise BadInput("url", f'"{parts.scheme}"', "https, outside a sandbox", code="https_only")
    if public_only and _is_private_number(parts.hostname or ""):
        raise BadInput("url", f'"{parts.hostname}"', "a public address, outside a sandbox", code="private_address")


def is_public(number: str) -> bool:
    """Return whether an address is one of the public internet, also where it wraps another.

    >>> is_public("93.184.216.34"), is_public("127.0.0.1"), is_public("::ffff:10.0.0.1"), is_public("169.254.169.254")
    (True, False, False, False)
    >>> is_public("2606:4700::1111"), is_public("64:ff9b::a00:1"), is_public("2002:7f00:1::")
    (True, False, False)
    """
    address = ip_address(number.partition("%")[0])
    return all(one.is_global and not one.is_multicast for one in (address, *_wrapped(address)))


def _wrapped(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """Return the IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        found.append(IPv4Address(int(address) & 0xFFFF_FFFF))
    return [one for one in found if one is not None]


def signed(call: Call, now: datetime) -> str:
    """Return the signatures of a webhook, one a secret, as Standard Webhooks writes them."""
    return " ".join(Webhook(secret).sign(call.key, now, call.body) for secret in call.signing_keys)


def _headers(call: Call, parts: SplitResult, now: datetime) -> dict[str, str]:
    return {
        "Host": parts.netloc, "Content-Type": "application/json", "User-Agent": "reprieve",
        "webhook-id": call.key, "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signed(call, now),
    }  # fmt: skip


def _by_number(parts: SplitResult, number: str) -> str:
    host = f"[{number}]" if ":" in number else number
    netloc = host if parts.port is None else f"{host}:{parts.port}"
    return parts._replace(netloc=netloc).geturl()


def _is_private_number(host: str) -> bool:
    try:
        return not is_public(host)
    except ValueError:
        return False
