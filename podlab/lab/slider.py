"""A slider that keyboards and screen readers know: the browser's own, with a name.

The slider of ipywidgets has no name for a screen reader, and none can be given to it from Python. The same script sees
to it that JupyterLab leaves the keys to the controls of the panel.
"""

from __future__ import annotations

import anywidget
import traitlets

_ESM = """
function render({ model, el }) {
  const input = document.createElement('input')
  input.type = 'range'
  input.setAttribute('aria-label', model.get('label'))
  let held = false  // while a hand is on it, what the kernel sends back is older than what it shows
  const show = () => {
    input.max = model.get('max')
    input.step = model.get('step')
    if (!held) input.value = model.get('value')
    input.setAttribute('aria-valuetext', `${input.valueAsNumber} s`)
  }
  const take = () => { held = true }
  const release = () => { held = false; show() }
  input.addEventListener('pointerdown', take)
  input.addEventListener('keydown', take)
  for (const end of ['pointerup', 'pointercancel', 'keyup', 'blur']) input.addEventListener(end, release)
  input.addEventListener('input', () => {
    model.set('value', input.valueAsNumber)
    model.save_changes()
    show()
  })
  // JupyterLab takes arrows, Enter and letters for commands of the notebook, even from the controls of the panel.
  const keep = (event) => {
    const chord = event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key === 'Enter')
    if (!chord) event.stopPropagation()
  }
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return
    const panel = el.closest('.podlab-lab') ?? el
    panel.addEventListener('keydown', keep)
    seen.disconnect()
  })
  seen.observe(input)
  model.on('change', show)
  show()
  el.append(input)
  return () => {
    seen.disconnect()
    model.off('change', show)
  }
}
export default { render }
"""


class Slider(anywidget.AnyWidget):
    """An instant from 0 to `max` seconds, in steps of `step`. `label` is its name."""

    _esm = _ESM
    label = traitlets.Unicode().tag(sync=True)
    value = traitlets.Float(0.0).tag(sync=True)
    max = traitlets.Float(1.0).tag(sync=True)
    step = traitlets.Float(0.1).tag(sync=True)
