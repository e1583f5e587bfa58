"""A page of one line: what the framework takes by itself, served and shown like the screens."""

import streamlit as st

if __name__ == "__main__":
    st.write("模拟 / simulated")
