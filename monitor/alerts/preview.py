"""A message as files, to be looked at before or after it is sent."""

from __future__ import annotations

from pathlib import Path

from monitor.alerts.rendering import Rendered
from monitor.letters import Letter


def write_preview(folder: Path, name: str, rendered: Rendered, letter: Letter | None) -> tuple[Path, ...]:
    """Write a message as .html with its pictures beside it, as .txt, and as .eml for a mail program.

    Parameters
    ----------
    folder : Path
        Where to; it is made if it is missing.
    name : str
        Name of the files without their ending.
    rendered : Rendered
        What is told.
    letter : Letter or None
        The e-mail made of it, byte for byte as a server is given it; None for a person without address.

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
    contents: dict[str, bytes] = {}
    for number, picture in enumerate(rendered.pictures, start=1):
        file = f"{name}-{number}.png"
        contents[file] = picture.content
        html = html.replace(f'"cid:{picture.cid}"', f'"{file}"')
    contents[f"{name}.html"] = html.encode()
    contents[f"{name}.txt"] = f"{rendered.subject}\n\n{rendered.text}".encode()
    if letter is not None:
        contents[f"{name}.eml"] = letter.content
    for file, content in contents.items():
        (folder / file).write_bytes(content)
    return tuple(folder / file for file in contents)
