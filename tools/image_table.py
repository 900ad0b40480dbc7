"""Write docs/images.md: what podlab does with each image it knows, from the catalogue's own data.

python tools/image_table.py           write the page
python tools/image_table.py --check   say whether it is up to date
"""

from __future__ import annotations

import sys
from pathlib import Path

from podlab.linux.images.recipes import Recipe, recipes

PAGE = Path(__file__).parents[1] / "docs" / "images.md"

HEAD = """# The images podlab knows

podlab runs no image of a registry. It has programs of its own that do what the programs of well-known images do, as far
as lessons go. The table says for each image what podlab's one does, and what it leaves out. This page is written by
`tools/image_table.py` from `podlab/linux/images/images.yaml`; a test compares them.

- **Name and tag decide the base**: `nginx:1.27-alpine` has alpine's shell and tools, `python:3.12-slim-bullseye` those
  of Debian 11, `busybox:1.28` the tools of that version. A bare Debian has no `ps`, `curl` or `ping`, as the real one.
- **An image that podlab does not know** is taken for a server: it listens on the ports that its container declares and
  on those that its own probes ask, answers 200, and ends when it is told to. As an init container or in a Job it ends
  with 0 after a second. A note says so.
- **You can say otherwise**, in a comment behind the image, by `scenario.with_behavior(image, words)`, or by `podlab run
  --image "IMAGE WORDS"`:

```yaml
image: example.com/app:1   # podlab: pull 30s, exits 3 after 5s
image: example.com/app:2   # podlab: missing
image: example.com/job:1   # podlab: runs
```

- **A misspelt official image is not pulled**: `ngnix` gives ErrImagePull and the note "did you mean nginx?".
- **Whatever stands in for something real is told**: above the timeline, above the Lab's picture, by `podlab run` and by
  `pl.check`.

| image | also | based on | what podlab's one does | what it leaves out |
|---|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_row(name, recipe) for name, recipe in sorted(recipes().items()))


def _row(name: str, recipe: Recipe) -> str:
    also = ", ".join(recipe.also[:4]) + (" …" if len(recipe.also) > 4 else "")
    cells = (f"`{name}`", also, recipe.base.replace("scratch", "nothing"), recipe.does, recipe.lacks)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


def main() -> int:
    """Write the page, or compare it."""
    if "--check" in sys.argv[1:]:
        same = PAGE.read_text(encoding="utf-8") == page()
        print("docs/images.md is up to date" if same else "docs/images.md is old: run tools/image_table.py")
        return 0 if same else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
