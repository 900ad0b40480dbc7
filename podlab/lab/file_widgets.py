"""Buttons for what only the browser can do: open one of the user's own files, copy a text.

The upload button of ipywidgets counts the files in its label, "(0)", and sends a file of any size to the kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

MOST = 5_000_000
"""Bytes: a scenario has a few thousand."""

_OPEN = """
function render({ model, el }) {
  const button = document.createElement('button')
  button.className = 'jupyter-widgets jupyter-button widget-button'
  button.textContent = model.get('label')
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = model.get('suffix')
  input.hidden = true
  button.addEventListener('click', () => input.click())
  const take = async (file) => {
    const text = file.size <= model.get('most') ? await file.text() : null
    model.send({ name: file.name, size: file.size, text })
  }
  input.addEventListener('change', async () => {
    const [file] = input.files
    if (!file) return
    await take(file)
    input.value = ''  // so that the same file can be chosen again
  })
  // A file may also be dropped on the tab that the button is in.
  const area = () => el.closest('.podlab-own, .podlab-past') ?? el
  let target = null
  const over = (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
  }
  const drop = (event) => {
    const [file] = event.dataTransfer?.files ?? []
    if (!file) return
    event.preventDefault()
    event.stopPropagation()
    take(file)
  }
  const listen = requestAnimationFrame(() => {
    target = area()
    target.addEventListener('dragover', over)
    target.addEventListener('drop', drop)
  })
  el.append(button, input)
  return () => {
    cancelAnimationFrame(listen)
    target?.removeEventListener('dragover', over)
    target?.removeEventListener('drop', drop)
  }
}
export default { render }
"""

_COPY = """
function render({ model, el }) {
  const button = document.createElement('button')
  button.className = 'jupyter-widgets jupyter-button widget-button'
  button.textContent = model.get('label')
  const status = document.createElement('span')
  // The lab's page of the site that this page is of, or of the one that is named; else the code that opens the link.
  const address = (text) => {
    const root = document.getElementById('jupyter-config-data')?.dataset.jupyterLiteRoot
    const site = root === undefined ? model.get('site') : new URL(`${root}/`, location.href).href
    return site ? `${site.replace(/[/]*$/, '')}/lab.html#${text}` : `pl.from_link("${text}")`
  }
  status.setAttribute('role', 'status')
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(model.get('link') ? address(model.get('text')) : model.get('text'))
      status.textContent = 'copied'
    } catch {
      status.textContent = 'The browser does not allow it: select the text, and copy it by hand.'
    }
    setTimeout(() => { status.textContent = '' }, 3000)
  })
  el.append(button, status)
}
export default { render }
"""


class Opener(anywidget.AnyWidget):
    """`chosen` gets the text of a file; `refused` a sentence about one that is too large to be a scenario."""

    _esm = _OPEN
    label = traitlets.Unicode().tag(sync=True)
    suffix = traitlets.Unicode().tag(sync=True)
    most = traitlets.Int(MOST).tag(sync=True)

    def __init__(self, label: str, suffix: str, chosen: Callable[[str], None], refused: Callable[[str], None]) -> None:
        super().__init__(label=label, suffix=suffix)
        self._chosen, self._refused = chosen, refused
        self.on_msg(self._heard)

    def _heard(self, _: Any, content: dict[str, Any], buffers: Any) -> None:
        if content["text"] is None:
            size = f"{content['size'] / 1e6:.0f} MB"
            self._refused(
                f"The file {content['name']} has {size}; a scenario has some kB. Choose one that was saved here."
            )
        else:
            self._chosen(content["text"])


class Copier(anywidget.AnyWidget):
    """Copies `text` to the clipboard; with `link`, as the address of the lab's page of a site."""

    _esm = _COPY
    label = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    link = traitlets.Bool(False).tag(sync=True)
    site = traitlets.Unicode().tag(sync=True)
