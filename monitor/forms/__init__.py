"""The department's own reporting form: a workbook the system writes and reads back."""

from monitor.forms.building import build_form
from monitor.forms.content import Form
from monitor.forms.importing import FormCheck, FormReport, check_form, import_form
from monitor.forms.reading import FilledForm, read_form
from monitor.forms.workbook import form_bytes

__all__ = [
    "FilledForm",
    "Form",
    "FormCheck",
    "FormReport",
    "build_form",
    "check_form",
    "form_bytes",
    "import_form",
    "read_form",
]
