"""Make the checkout importable in its virtual environment and install the `zhibiao` command.

An editable install would fetch the build backend again; a path file and a launcher need nothing.
"""

import site
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAUNCHER = """#!{python}
import sys

from monitor.cli import main

sys.exit(main())
"""


def main() -> None:
    """Write the path file and the launcher into the running environment."""
    Path(site.getsitepackages()[0], "zhibiao_checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    command = Path(sys.executable).parent / "zhibiao"
    command.write_text(LAUNCHER.format(python=sys.executable), encoding="utf-8")
    command.chmod(0o755)


if __name__ == "__main__":
    main()
