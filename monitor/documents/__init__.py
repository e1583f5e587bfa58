"""Plan documents as text: .txt, .docx, .pdf with a text layer, .html. Nothing is stored here."""

from monitor.documents.reading import MOST_BYTES, Document, read_document, read_document_bytes

__all__ = ["MOST_BYTES", "Document", "read_document", "read_document_bytes"]
