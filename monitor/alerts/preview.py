"""A message as files, to be looked at before anything is queued."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from monitor.alerts.rendering import Rendered
from monitor.core.people import Person

_ONE_LINE = SMTP.clone(max_line_length=998)
"""Folding would lose blanks between Chinese words where an encoded word ends."""


def write_preview(folder: Path, name: str, rendered: Rendered, person: Person) -> tuple[Path, ...]:
    """Write a message as .html with its pictures beside it, as .txt, and as .eml for a mail program.

    Parameters
    ----------
    folder : Path
        Where to; it is made if it is missing.
    name : str
        Name of the files without their ending.

    Returns
    -------
    tuple of Path
        What was written.

    Raises
    ------
    OSError
        If the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    html = rendered.html
    written = []
    for number, picture in enumerate(rendered.pictures, start=1):
        path = folder / f"{name}-{number}.png"
        path.write_bytes(picture.content)
        html = html.replace(f'"cid:{picture.cid}"', f'"{path.name}"')
        written.append(path)
    contents = {
        "html": html.encode(),
        "txt": f"{rendered.subject}\n\n{rendered.text}".encode(),
        "eml": message_of(rendered, person).as_bytes(policy=_ONE_LINE),
    }
    for ending, content in contents.items():
        path = folder / f"{name}.{ending}"
        path.write_bytes(content)
        written.append(path)
    return tuple(written)


def message_of(rendered: Rendered, person: Person) -> EmailMessage:
    """The message as a mail program opens it: text, HTML, pictures inline."""
    message = EmailMessage()
    message["Subject"] = rendered.subject
    if person.email:
        message["To"] = Address(person.name, addr_spec=person.email)
    for name, value in rendered.headers.items():
        message[name] = value
    message.set_content(rendered.text)
    message.add_alternative(rendered.html, subtype="html")
    related = message.get_payload()[1]  # type: ignore[index]
    for picture in rendered.pictures:
        related.add_related(  # type: ignore[union-attr]
            picture.content, "image", "png", cid=f"<{picture.cid}>", disposition="inline"
        )
    return message
