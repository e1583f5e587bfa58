"""Plan documents as text: .txt, .docx, .pdf with a text layer, .html. Nothing is stored here."""

from monitor.documents.reading import Document, read_document, read_document_bytes

__all__ = ["Document", "read_document", "read_document_bytes"]
