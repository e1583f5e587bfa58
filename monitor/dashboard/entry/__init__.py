"""Where Streamlit enters: in a folder of its own, for a folder `pages` beside the script is one it would list.

With one there, the first address asked of a new process is answered "Page not found".
"""
