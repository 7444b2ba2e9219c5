"""News on their way out: by HTTP to a receiver, by SMTP to a mailbox.  One try each; when to try again casework knows."""

from __future__ import annotations

import json
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

PATIENCE = 10.0
"""Seconds that a receiver has to answer."""
_READ = 1_000


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in.  security: tls (from the start), starttls, none (a relay on this machine)."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    security: str = "starttls"


@dataclass(frozen=True, slots=True)
class Postman:
    """Delivers to any address that a hook may have."""

    mail: MailServer | None = None
    site: str = ""  # address of the site, for links in mail
    agency: str = ""

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> str | None:
        """Deliver once; return what went wrong, None if the receiver said yes."""
        if url.startswith("mailto:"):
            return self._mail(url.removeprefix("mailto:"), body, headers)
        return post(url, body, headers)

    def _mail(self, to: str, body: bytes, headers: Mapping[str, str]) -> str | None:
        if self.mail is None:
            return "no mail server is set (QINGFENG_SMTP_HOST)"
        message = letter(to, self.mail.sender, body, site=self.site, agency=self.agency, delivery=headers.get("Qingfeng-Delivery", ""))
        try:
            with _opened(self.mail) as server:
                if self.mail.user:
                    server.login(self.mail.user, self.mail.password)
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            return f"{type(error).__name__}: {error}"
        return None


def post(url: str, body: bytes, headers: Mapping[str, str]) -> str | None:
    """Post once; only an answer 2xx is a yes, and no redirection is followed: it would take the news elsewhere."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection: HTTPConnection
    if parts.scheme == "https":
        connection = HTTPSConnection(parts.hostname or "", parts.port, timeout=PATIENCE, context=ssl.create_default_context())
    else:
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        connection.request("POST", path, body, {**headers, "User-Agent": "qingfeng"})
        answer = connection.getresponse()
        answer.read(_READ)
    except (OSError, HTTPException, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    finally:
        connection.close()
    return None if 200 <= answer.status < 300 else f"HTTP {answer.status}"


def letter(to: str, sender: str, body: bytes, *, site: str, agency: str, delivery: str) -> EmailMessage:
    """Return the mail: what happened where, in both languages; nothing of what a file says."""
    told = json.loads(body)
    case = str(told.get("case") or told.get("of") or "")
    what = str(told.get("act") or told.get("rule") or told["kind"])
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    message["Subject"] = f"{agency or '清风'}：{case} {what}".strip()
    if delivery:
        message["X-Qingfeng-Delivery"] = delivery
    lines = [f"{told['at'][:16].replace('T', ' ')}  {case}  {what}", ""]
    if told.get("mark"):
        lines.insert(1, f"期限提示 limit: {told['mark']}")
    if told.get("why"):
        lines.insert(1, f"原因 why: {told['why']}")
    if site and told.get("case"):
        lines.append(f"{site.rstrip('/')}/cases/{told['case']}/")
    lines += ["请登录系统查看；本邮件不含案卷内容。", "Sign in to read more; this mail holds nothing of the file."]
    message.set_content("\n".join(lines))
    return message


def _opened(mail: MailServer) -> smtplib.SMTP:
    if mail.security == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=PATIENCE, context=ssl.create_default_context())
    server = smtplib.SMTP(mail.host, mail.port, timeout=PATIENCE)
    if mail.security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
    return server
