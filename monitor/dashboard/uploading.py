"""Files from the reader's machine."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from monitor.words.view import View


def uploader(name: str, label: str, view: View, *, hint: str | None = None) -> UploadedFile | None:
    """A file the reader chooses; the words inside the chooser are English otherwise.

    Parameters
    ----------
    name : str
        Of the chooser, unique on the page.
    label : str
        Over it.
    hint : str, optional
        Shown beside the label on hovering.
    """
    place = f".st-key-{name} [data-testid=stFileUploaderDropzone"
    button, size = f"{place}] button p", f"{place}Instructions] span"
    limit = view.label("data_file_limit", size=st.get_option("server.maxUploadSize"))
    rules = (
        f"{button}, {size} {{ font-size: 0; }}"
        f"{button}::after {{ font-size: 13px; content: '{view.label('data_choose_file')}'; }}"
        f"{size}::after {{ font-size: 12px; content: '{limit}'; }}"
    )
    st.html(f"<style>{rules}</style>")
    return st.file_uploader(label, key=name, help=hint)
