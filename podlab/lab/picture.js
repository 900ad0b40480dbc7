// A picture under one's hands: see picture.py.
function render({ model, el }) {
  const box = document.createElement('div')
  box.className = 'podlab-picture'
  const hand = document.createElement('div')
  hand.className = 'podlab-hand'
  hand.hidden = true
  const menu = document.createElement('div')
  menu.className = 'podlab-touch'
  menu.hidden = true
  el.classList.add('podlab-touchable')
  el.append(box, hand, menu)
  let held = null // where the hand went down, while it is down

  const draw = () => { box.innerHTML = model.get('value') }
  const svg = () => box.querySelector('svg')
  const place = (event) => {
    const shown = svg()?.getBoundingClientRect()
    if (!shown?.width) return null
    const scale = svg().viewBox.baseVal.width / shown.width
    return { x: (event.clientX - shown.left) * scale, y: (event.clientY - shown.top) * scale, scale, shown }
  }
  const instant = (at) => {
    const [left, right, until] = model.get('axis')
    if (!at || left === undefined || at.x < left - 6) return null
    return Math.min(Math.max((at.x - left) / (right - left), 0), 1) * until
  }
  const spotAt = (at) => at && model.get('spots').find(([x, y, w, h]) => at.x >= x && at.x <= x + w && at.y >= y && at.y <= y + h)
  const point = (at, t) => {
    const [left, right, until] = model.get('axis')
    const ground = el.getBoundingClientRect()
    hand.style.left = `${at.shown.left - ground.left + (left + (right - left) * t / until) / at.scale}px`
    hand.style.height = `${at.shown.height}px`
    hand.textContent = `${t.toFixed(1)} s`
    hand.hidden = false
  }
  const seek = (t) => {
    model.set('wish', Math.round(t * 10) / 10)
    model.save_changes()
  }
  const close = () => { menu.hidden = true }
  const choose = (spot, verb, t) => {
    close()
    model.send({ pod: spot[4], container: spot[5], verb, t })
  }
  const open = (spot, event, t) => {
    const ground = el.getBoundingClientRect()
    menu.replaceChildren()
    const title = document.createElement('b')
    title.textContent = spot[5] + (t === null ? '' : ` at ${t.toFixed(1)} s`)
    menu.append(title)
    for (const verb of [...model.get('signals'), ...model.get('looks')]) {
      const button = document.createElement('button')
      button.className = 'jupyter-widgets jupyter-button widget-button'
      button.textContent = verb === 'SIGKILL' ? 'Kill (SIGKILL)' : verb
      button.addEventListener('click', () => choose(spot, verb, t))
      menu.append(button)
    }
    menu.hidden = false
    menu.style.left = `${Math.max(0, Math.min(event.clientX - ground.left, ground.width - menu.offsetWidth))}px`
    menu.style.top = `${event.clientY - ground.top + 8}px`
  }

  box.addEventListener('pointerdown', (event) => {
    if (event.button) return
    const at = place(event)
    held = { x: event.clientX, y: event.clientY, moved: false, spot: spotAt(at), t: instant(at) }
    if (held.t === null && !held.spot) { held = null; close(); return }
    box.setPointerCapture(event.pointerId)
    event.preventDefault()
  })
  box.addEventListener('pointermove', (event) => {
    const at = place(event)
    box.style.cursor = spotAt(at) ? 'pointer' : instant(at) === null ? '' : 'ew-resize'
    if (!held || held.t === null) return
    if (!held.moved && Math.abs(event.clientX - held.x) < 4) return
    held.moved = true
    close()
    held.t = instant(at) ?? 0
    point(at, held.t)
    seek(held.t)
  })
  const release = (event) => {
    if (!held) return
    const { moved, spot, t } = held
    held = null
    hand.hidden = true
    if (event.type === 'pointercancel') return
    if (t !== null) seek(t)
    if (!moved && spot) open(spot, event, t)
    else close()
  }
  box.addEventListener('pointerup', release)
  box.addEventListener('pointercancel', release)
  const away = (event) => { if (event.type === 'keydown' ? event.key === 'Escape' : !el.contains(event.target)) close() }
  document.addEventListener('pointerdown', away)
  document.addEventListener('keydown', away)
  model.on('change:value', draw)
  draw()
  return () => {
    model.off('change:value', draw)
    document.removeEventListener('pointerdown', away)
    document.removeEventListener('keydown', away)
  }
}
export default { render }
