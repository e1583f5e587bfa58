"""The web application: the screens, and the pages that links in messages open."""

import streamlit as st
from starlette.middleware import Middleware

from monitor.dashboard import shell
from monitor.web import SecurityHeaders, routes

shell.prepare()
app = st.App("monitor/dashboard/start/script.py", routes=routes(), middleware=[Middleware(SecurityHeaders)])
