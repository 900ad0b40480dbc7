"""What axe-core finds wrong with a page; it comes with a package of PyPI, so no network is asked."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RUN = """
async ([selector, off]) => {
    const rules = Object.fromEntries(off.map((rule) => [rule, { enabled: false }]))
    // JupyterLab's body has no height and hides what overflows it: axe takes all in it for hidden, and skips contrast.
    document.body.style.overflow = 'visible'
    const found = await axe.run(selector, { resultTypes: ['violations', 'passes'], rules })
    document.body.style.overflow = ''
    const contrast = found.passes.find((rule) => rule.id === 'color-contrast')
    const wrong = found.violations.flatMap((violation) => violation.nodes.map((node) =>
        `${violation.impact} ${violation.id}: ${node.target.join(' ')}: ${node.failureSummary}`))
    return [contrast?.nodes.length ?? 0, wrong]
}
"""

# axe leaves out texts in pictures. Their ground is the topmost filled shape under their middle, or else the page.
PICTURES = """
(selector) => {
    const parse = (colour) => {
        const found = (colour ?? '').match(/[\\d.]+/g)
        return found && colour !== 'none' ? found.map(Number) : null
    }
    const over = (top, opacity, ground) => top.slice(0, 3).map((c, i) => c * opacity + ground[i] * (1 - opacity))
    const light = (colour) => {
        const [r, g, b] = colour.map((c) => c / 255).map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const paint = (element, ground) => {
        const style = getComputedStyle(element)
        const drawn = element.closest('svg') && element.tagName !== 'svg'
        const fill = parse(drawn ? style.fill : style.backgroundColor)
        if (!fill) return ground
        const opacity = (fill[3] ?? 1) * Number(style.fillOpacity) * Number(style.opacity)
        return over(fill, opacity, ground)
    }
    const told = []
    for (const text of document.querySelectorAll(`${selector} svg text`)) {
        const box = text.getBoundingClientRect()
        if (!box.width) continue
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
        const svg = text.closest('svg')
        const under = [...svg.querySelectorAll('rect, polygon')].filter((shape) => {
            const at = shape.getBoundingClientRect()
            return at.left <= x && x <= at.right && at.top <= y && y <= at.bottom
        })
        const page = []
        for (let outer = svg; outer; outer = outer.parentElement) page.unshift(outer)
        const ground = [...page, ...under].reduce((before, element) => paint(element, before), [255, 255, 255])
        const ink = paint(text, ground)
        const [dark, bright] = [light(ink), light(ground)].sort((a, b) => a - b)
        const contrast = (bright + 0.05) / (dark + 0.05)
        told.push([text.textContent, Math.round(contrast * 100) / 100])
    }
    return told
}
"""


def contrasts(page: Page, selector: str) -> dict[str, float]:
    """How each text in the pictures of a selector stands out from its ground; of equal texts the worst."""
    found: dict[str, float] = {}
    for text, contrast in page.evaluate(PICTURES, selector):
        found[text] = min(contrast, found.get(text, 21.0))
    return found


def faults(page: Page, selector: str, without: tuple[str, ...] = ()) -> list[str]:
    """Every violation inside the elements of a selector, whatever its impact. `without` names rules left out."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    texts, wrong = page.evaluate(RUN, [selector, list(without)])
    assert texts > 25, f"axe looked at the contrast of {texts} texts only: it takes the page for hidden"
    return list(wrong)
