"""Mail over SMTP: one connection for many letters, and an exact account of how each went.

`smtplib` is driven command by command, because two moments matter that `sendmail` hides: right before
DATA the mark is stored that the text may be handed over, and only the final dot can make a server accept.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from contextlib import suppress

from monitor.config.mail import MailSettings, Security
from monitor.core.outbox import AttemptOutcome
from monitor.delivery.results import HandOver, Result, permanent, temporary, uncertain
from monitor.letters import Letter

_LOST = (OSError, smtplib.SMTPException)
_LEADING_DOT = re.compile(rb"(?m)^\.")
_LONGEST_REPLY = 500
_TOO_BIG = 552

Reply = tuple[int, bytes | str]


class SmtpTransport:
    """The mail server, connected when it is first needed.

    Parameters
    ----------
    mail : MailSettings
        Server, security, user, password and timeouts.
    """

    def __init__(self, mail: MailSettings) -> None:
        self._mail = mail
        self._session: smtplib.SMTP | None = None
        self.host = f"{mail.server.host}:{mail.server.port}"

    def close(self) -> None:
        """Say goodbye, if connected."""
        session, self._session = self._session, None
        if session is not None:
            with suppress(*_LOST):
                session.quit()
            session.close()

    def send(self, letter: Letter, hand_over: HandOver) -> Result:
        """Hand one letter to the server.

        Parameters
        ----------
        letter : Letter
            What to send.
        hand_over : callable
            Called between the accepted recipient and DATA.

        Raises
        ------
        Exception
            What `hand_over` raises; nothing was handed over then.
        """
        begun = self._begin(letter)
        if isinstance(begun, Result):
            return begun
        return (
            self._offer_recipient(begun, letter)
            or self._open_text(begun, hand_over)
            or self._send_text(begun, letter)
        )

    def _begin(self, letter: Letter) -> smtplib.SMTP | Result:
        """A connection whose server took the sender; one it closed since the letter before is opened anew."""
        session = self._session
        if session is not None:
            with suppress(*_LOST):
                refused = self._offer_sender(session, letter)
                if refused is None or self._session is not None:
                    return refused or session
            self._drop()
        try:
            session = self._connect()
        except (*_LOST, UnicodeError) as error:
            self._drop()
            return self._unreachable(error)
        try:
            return self._offer_sender(session, letter) or session
        except _LOST as error:
            return self._lost_early(error)

    def _connect(self) -> smtplib.SMTP:
        server = self._mail.server
        # Asking for the machine's full name may wait for a name server; any name serves.
        name, timeout = socket.gethostname(), server.connect_timeout_s
        session: smtplib.SMTP
        if server.security is Security.TLS:
            session = smtplib.SMTP_SSL(server.host, server.port, name, timeout=timeout, context=self._trust())
        else:
            session = smtplib.SMTP(server.host, server.port, name, timeout=timeout)
        self._session = session
        if server.security is Security.STARTTLS:
            session.starttls(context=self._trust())
        self._set_up_socket(session, server.command_timeout_s)
        session.ehlo_or_helo_if_needed()
        if server.user is not None and self._mail.password is not None:
            session.login(server.user, self._mail.password.get_secret_value())
        return session

    def _trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._mail.server.ca_file is not None:
            context.load_verify_locations(self._mail.server.ca_file)
        return context

    @staticmethod
    def _set_up_socket(session: smtplib.SMTP, timeout: float) -> None:
        if session.sock is not None:
            session.sock.settimeout(timeout)
            # The final dot is a small packet of its own: it must not wait for the text's receipt.
            session.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _offer_sender(self, session: smtplib.SMTP, letter: Letter) -> Result | None:
        """The sender; a result where the server takes it not."""
        if letter.utf8 and not session.has_extn("smtputf8"):
            return permanent(
                f"{self.host} takes no addresses in other than ASCII characters (SMTPUTF8), "
                f"and {letter.address} is one; give another address."
            )
        reply = session.mail(letter.sender, self._options(session, letter))
        return None if reply[0] == 250 else self._sender_refused(reply)

    def _offer_recipient(self, session: smtplib.SMTP, letter: Letter) -> Result | None:
        """The recipient; a result where the server takes it not."""
        try:
            reply = session.rcpt(letter.address)
        except _LOST as error:
            return self._lost_early(error)
        return None if reply[0] in (250, 251) else self._refused(reply, f"the recipient {letter.address}")

    @staticmethod
    def _options(session: smtplib.SMTP, letter: Letter) -> list[str]:
        options = [f"size={len(letter.content)}"] if session.has_extn("size") else []
        return [*options, "SMTPUTF8", "BODY=8BITMIME"] if letter.utf8 else options

    def _open_text(self, session: smtplib.SMTP, hand_over: HandOver) -> Result | None:
        """The mark, then DATA; a result where the server wants no text."""
        try:
            hand_over()
        except BaseException:
            self._abandon(session)
            raise
        try:
            reply = session.docmd("data")
        except _LOST as error:
            return self._lost_early(error)
        return None if reply[0] == 354 else self._refused(reply, "the message")

    def _send_text(self, session: smtplib.SMTP, letter: Letter) -> Result:
        """The text, the final dot, and the answer to it."""
        text = _LEADING_DOT.sub(b"..", letter.content)
        try:
            session.send(text if text.endswith(b"\r\n") else text + b"\r\n")
        except _LOST as error:
            return self._lost_early(error)
        try:
            self._set_up_socket(session, self._mail.server.final_reply_timeout_s)
            session.send(b".\r\n")
            reply = session.getreply()
        except _LOST as error:
            self._drop()
            return uncertain(
                f"{self.host} was given the whole message and then did not answer ({_cause(error)}); "
                "it may have been accepted. Ask the recipient or the server's log, then settle it."
            )
        with suppress(OSError):
            self._set_up_socket(session, self._mail.server.command_timeout_s)
        return self._final(reply)

    def _final(self, reply: Reply) -> Result:
        code, told = reply[0], self._told(reply)
        if 200 <= code < 300:
            return Result(AttemptOutcome.DELIVERED, told)
        if 400 <= code < 600:
            return self._refused(reply, "the message")
        self._drop()
        return uncertain(
            f"{self.host} answered the whole message with {told!r}, which says neither yes nor no; "
            "it may have been accepted. Ask the recipient or the server's log, then settle it.",
            reply=told,
        )

    def _sender_refused(self, reply: Reply) -> Result:
        if reply[0] == _TOO_BIG:
            return self._refused(reply, "the message")
        result = self._refused(reply, f"the sender {self._mail.sender.address}")
        # It refuses the sender, not this recipient: all others would hear the same.
        return temporary(result.error, reply=result.reply, stops_round=True)

    def _refused(self, reply: Reply, what: str) -> Result:
        """A refusal in words: permanent from 500, temporary otherwise."""
        told = self._told(reply)
        if reply[0] == 421 or not 400 <= reply[0] < 600:
            self._drop()
        elif self._session is not None:
            self._abandon(self._session)
        sentence = f"{self.host} refused {what}: {told}"
        return permanent(sentence, reply=told) if 500 <= reply[0] < 600 else temporary(sentence, reply=told)

    def _abandon(self, session: smtplib.SMTP) -> None:
        """End the transaction, not the connection."""
        try:
            session.rset()
        except _LOST:
            self._drop()

    def _lost_early(self, error: Exception) -> Result:
        self._drop()
        return temporary(
            f"{self.host} stopped answering before it had the whole message ({_cause(error)}); "
            "it is tried again."
        )

    def _unreachable(self, error: Exception) -> Result:
        """No connection, no trust or no sign-in: nothing that one message could help."""
        reply = ""
        if isinstance(error, smtplib.SMTPAuthenticationError):
            reply = self._told((error.smtp_code, error.smtp_error))
            problem = f"refused to sign in {self._mail.server.user}: {reply}. Check user and password"
        elif isinstance(error, smtplib.SMTPResponseException):
            reply = self._told((error.smtp_code, error.smtp_error))
            problem = f"takes no mail now: {reply}"
        elif isinstance(error, ssl.SSLCertVerificationError):
            problem = f"shows a certificate that is not trusted ({error.verify_message}); see server.ca_file"
        elif isinstance(error, smtplib.SMTPNotSupportedError):
            problem = f"does not offer what configs/mail.yaml asks for ({_cause(error)})"
        else:
            problem = f"cannot be reached ({_cause(error)})"
        return temporary(f"The mail server {self.host} {problem}.", reply=reply, stops_round=True)

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            with suppress(OSError):
                session.close()

    def _told(self, reply: Reply) -> str:
        """A reply as one printable line without secrets."""
        code, text = reply
        raw = text.decode("utf-8", errors="replace") if isinstance(text, bytes) else str(text)
        line = "".join(letter if letter.isprintable() else " " for letter in f"{code} {raw}")
        return self._mail.hide_secrets(line)[:_LONGEST_REPLY]


def _cause(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
