"""The script behind every screen: page configuration and navigation; nothing else."""

import streamlit as st

from monitor.dashboard import shell

if __name__ == "__main__":
    st.set_page_config(page_title="指标 Zhibiao", layout="wide")
    shell.run()
