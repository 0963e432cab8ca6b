"""What carries messages and webhooks to the outside, chosen by the settings. Never decides whether one may be sent.

In a sandbox everything becomes a file in the home's `outbox` folder, unless a setting says otherwise. Elsewhere a
channel for which nothing is set up says so, and what waits for it is tried again.
"""

from __future__ import annotations

import json
import os
import smtplib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.module_loading import import_string

from reprieve.lending.ports import Call, Caller, Parcel, Sender, Undelivered
from reprieve.operations.webhook_calls import SignedCalls
from reprieve.storage.home import home_path
from reprieve.storage.secret_file import write_privately

FILE_MAIL: Final = "django.core.mail.backends.filebased.EmailBackend"


@dataclass(frozen=True, slots=True)
class Outside:
    """What carries each channel's messages, by channel, and webhooks."""

    senders: Mapping[str, Sender]
    webhooks: Caller


@dataclass(frozen=True, slots=True)
class FileSender:
    """Writes each message as one JSON file named by its key: a repeat writes the same file again."""

    folder: Path

    def send(self, parcel: Parcel) -> None:
        """Write a message."""
        self._write(parcel.key, asdict(parcel))

    def call(self, call: Call, now: datetime) -> None:
        """Write a webhook, without the secrets that would sign it."""
        self._write(call.key, {"key": call.key, "url": call.url, "at": now.isoformat(), "body": json.loads(call.body)})

    def _write(self, key: str, document: Mapping[str, Any]) -> None:
        try:
            private_folder(self.folder)
            write_privately(self.folder / f"{file_name(key)}.json", json.dumps(document, ensure_ascii=False, indent=1))
        except OSError as error:
            raise Undelivered(f"The outbox folder cannot be written: {error.strerror}.") from error


@dataclass(frozen=True, slots=True)
class MailSender:
    """Sends e-mail by one of Django's backends; the Message-ID is the key, so that a repeat is told from another."""

    backend: str
    options: Mapping[str, Any]

    def send(self, parcel: Parcel) -> None:
        """Send an e-mail. What a mail server answers for good ends it, everything else is tried again."""
        if "file_path" in self.options:
            private_folder(Path(self.options["file_path"]))
        headers = {"Message-ID": f"<{file_name(parcel.key)}@reprieve>", "Content-Language": parcel.language}
        mail = EmailMessage(parcel.subject, parcel.text, settings.DEFAULT_FROM_EMAIL, [parcel.address], headers=headers)
        try:
            mail.message()  # An address or a subject of two lines is found before anything is opened.
        except ValueError:
            raise Undelivered("The address is none that e-mail can have.", is_final=True) from None
        try:
            mail.connection = get_connection(self.backend, fail_silently=False, **self.options)
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = sorted({code for code, _ in error.recipients.values()})
            is_final = all(code >= 500 for code in codes)
            raise Undelivered(f"The mail server refused the recipient ({codes[0]}).", is_final=is_final) from None
        except (OSError, smtplib.SMTPException) as error:
            raise Undelivered(f"The mail server did not take it ({type(error).__name__}).") from None


@dataclass(frozen=True, slots=True)
class NotSetUp:
    """Stands for a channel that nothing is set up for."""

    setting: str

    def send(self, _: Parcel) -> None:
        """Refuse, naming the setting."""
        raise Undelivered(f"Nothing is set up to send it; {self.setting} says what does.")


def outside(*, is_sandbox: bool) -> Outside:
    """Return what the settings and the kind of lender call for."""
    folder = home_path(os.environ) / "outbox"
    senders: dict[str, Sender] = {"email": _mail(folder, is_sandbox), "sms": _sms(folder, is_sandbox)}
    return Outside(senders, _webhooks(folder, is_sandbox))


def file_name(key: str) -> str:
    """Return a key as a name that every file system and mail server takes; different keys have different names."""
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "-" for letter in key)
    return f"{plain[:60]}-{sha256(key.encode()).hexdigest()[:16]}"


def private_folder(folder: Path) -> None:
    """Make a folder, and the outbox it stands in, that only its owner may enter."""
    for path in (folder.parent, folder):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)


def _mail(folder: Path, is_sandbox: bool) -> Sender:
    if settings.MAIL_OPTIONS is not None:
        return MailSender("django.core.mail.backends.smtp.EmailBackend", settings.MAIL_OPTIONS)
    if is_sandbox:
        return MailSender(FILE_MAIL, {"file_path": str(folder / "email")})
    return NotSetUp("REPRIEVE_MAIL_URL")


def _sms(folder: Path, is_sandbox: bool) -> Sender:
    if settings.SMS_SENDER:
        sender: Sender = import_string(settings.SMS_SENDER)()
        return sender
    return FileSender(folder / "sms") if is_sandbox else NotSetUp("REPRIEVE_SMS_SENDER")


def _webhooks(folder: Path, is_sandbox: bool) -> Caller:
    way = settings.WEBHOOKS or ("file" if is_sandbox else "http")
    if way == "file":
        return FileSender(folder / "webhook")
    return SignedCalls(public_only=not is_sandbox)
