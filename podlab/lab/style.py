"""The panel's style sheet. Its colours are the page's own, so that it follows a light or dark theme."""

STYLE = """<style>
.podlab-lab { --podlab-error: color-mix(in srgb, var(--jp-error-color1) 75%, var(--jp-ui-font-color0));
  container-type: inline-size; padding: 2px 0; gap: 8px; color: var(--jp-ui-font-color1); overflow: visible; }
.podlab-lab .widget-html, .podlab-lab .widget-html-content { width: auto; height: auto; overflow: visible; }
.podlab-lab .widget-html { margin: 0; line-height: normal; }
.podlab-lab .widget-html-content { flex: 1 1 auto; min-width: 0; font-size: 13px; line-height: 1.4; }
.podlab-lab .widget-label { width: auto; margin-right: 4px; }
.podlab-lab button:focus-visible, .podlab-lab select:focus-visible, .podlab-lab input:focus-visible,
.podlab-lab pre:focus-visible, .podlab-lab a:focus-visible,
.podlab-lab summary:focus-visible, .podlab-lab .podlab-scroll:focus-visible, .podlab-lab .podlab-tall:focus-visible {
  outline: 2px solid var(--jp-brand-color1); outline-offset: 1px; }
.podlab-title { margin: 0 0 4px; font-size: 12px; font-weight: 600; color: var(--jp-ui-font-color2); }
.podlab-lab pre { margin: 0; padding: 6px 8px; overflow-x: auto; font: 12px/1.5 var(--jp-code-font-family);
  background: var(--jp-layout-color2); color: var(--jp-ui-font-color1); border-radius: 4px; }

.podlab-cells { display: flex; flex-wrap: wrap; gap: 2px 28px; }
.podlab-cell span { display: block; font-size: 11px; color: var(--jp-ui-font-color2); }
.podlab-cell b { font-size: 18px; font-weight: 600; overflow-wrap: anywhere; }
.podlab-cell i { display: inline-block; width: 12px; height: 12px; margin-right: 6px; border-radius: 3px; }
.podlab-chips { display: flex; flex-wrap: wrap; gap: 4px 8px; margin-top: 4px; }
.podlab-chip { padding: 1px 10px; border: 1px solid; border-radius: 12px; overflow-wrap: anywhere; }
.podlab-chip i { font-style: normal; }

.podlab-gestures, .podlab-story, .podlab-clock, .podlab-choice, .podlab-others, .podlab-work, .podlab-files {
  flex-wrap: wrap; align-items: center; gap: 2px 6px; overflow: visible; }
.podlab-others { flex-wrap: nowrap; margin-right: 10px; }
.podlab-head { align-items: flex-start; overflow: visible; }
.podlab-head > .podlab-summary { flex: 1 1 auto; min-width: 0; }
.podlab-shown .widget-checkbox { width: auto; }
.podlab-shown label { display: inline-flex; align-items: center; gap: 6px; }
.podlab-lab .podlab-shown input { margin: 0; }
.podlab-copy { display: flex; align-items: center; gap: 8px; }
.podlab-open button, .podlab-copy button { width: auto; }
.podlab-others select { max-width: 230px; }
.podlab-clock .podlab-slider { flex: 1 1 200px; overflow: visible; }
.podlab-slider input { width: 100%; margin: 8px 0; accent-color: var(--jp-brand-color1); }
.podlab-lab .podlab-play { min-width: 78px; }
.podlab-undo::before { content: "↶ " / ""; }
.podlab-redo::before { content: "↷ " / ""; }
.podlab-back::before { content: "⇤ " / ""; }
.podlab-play::before { content: "▶ " / ""; }
.podlab-playing::before { content: "❚❚ " / ""; }
.podlab-next::after { content: " ⇥" / ""; }

.podlab-message { min-height: 32px; }
.podlab-note { font-size: 13px; overflow-wrap: anywhere; }
.podlab-note summary { cursor: pointer; }
.podlab-said { padding: 5px 10px; border-left: 4px solid var(--jp-info-color1); background: var(--jp-layout-color2); }
.podlab-said.podlab-warning { border-color: var(--jp-warn-color1); }
.podlab-said.podlab-error { border-color: var(--jp-error-color1); white-space: pre-wrap; overflow-wrap: anywhere; }
.podlab-message details { margin-top: 4px; }
.podlab-message summary { cursor: pointer; }
.podlab-message details pre { margin-top: 4px; white-space: pre-wrap; overflow-wrap: anywhere; }
.podlab-work progress { width: 240px; margin-left: 8px; accent-color: var(--jp-brand-color1); }
.podlab-button { display: inline-block; padding: 0 10px; line-height: 28px; background: var(--jp-layout-color2); }
.podlab-lab .podlab-button { color: var(--jp-ui-font-color1); text-decoration: none; }
.podlab-button:hover { box-shadow: var(--jp-elevation-z2, 0 0 3px currentColor); }

.podlab-timeline svg, .podlab-overview svg, .podlab-comparison svg { display: block; width: 100%; height: auto; }
.podlab-tall { max-height: 300px; overflow-y: auto; }
.podlab-stage { flex-wrap: wrap; align-items: flex-start; gap: 12px; overflow: visible; }
.podlab-stage > .podlab-along { flex: 1 1 100%; min-width: 0; overflow: visible; }
.podlab-stage > .podlab-topology { min-width: 0; }
.podlab-stage > .podlab-texts { flex: 1 1 420px; min-width: 0; gap: 8px; overflow: visible; }
@container (min-width: 1400px) {
  .podlab-stage > .podlab-along { flex: 3 1 780px; }
  .podlab-lab .podlab-stage > .podlab-topology { flex: 2 1 460px !important; }
  .podlab-stage > .podlab-texts { flex: 1 1 100%; flex-direction: row; flex-wrap: wrap; gap: 8px 24px; }
  .podlab-stage > .podlab-texts > * { flex: 1 1 420px; min-width: 0; }
}
.podlab-touchable { position: relative; width: auto; overflow: visible; }
.podlab-picture { touch-action: pan-y; }
.podlab-hand { position: absolute; top: 0; width: 0; padding-left: 6px; white-space: nowrap; pointer-events: none;
  border-left: 2px solid #D55E00; font-size: 13px; font-weight: 600; color: var(--jp-ui-font-color1);
  text-shadow: 0 0 3px var(--jp-layout-color0), 0 0 3px var(--jp-layout-color0); }
.podlab-touch { position: absolute; z-index: 20; display: flex; flex-direction: column; gap: 2px; min-width: 150px;
  padding: 8px; border: 1px solid var(--jp-border-color1); border-radius: 6px; background: var(--jp-layout-color1);
  color: var(--jp-ui-font-color1); box-shadow: var(--jp-elevation-z6, 0 2px 8px #0006); }
.podlab-touch[hidden], .podlab-hand[hidden] { display: none; }
.podlab-lab .podlab-touch button { width: auto; margin: 0; text-align: left; }
.podlab-legend details { font-size: 12px; }
.podlab-legend summary { cursor: pointer; color: var(--jp-ui-font-color2); }
.podlab-legend ul { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 4px 0; padding: 0; list-style: none; }
.podlab-legend i { display: inline-block; width: 14px; height: 12px; margin-right: 6px; border-radius: 2px; }
.podlab-shown { flex: 0 0 auto; width: auto; overflow: visible; }
.podlab-large .podlab-cell b { font-size: 26px; }
.podlab-large .podlab-cell span, .podlab-large .podlab-chip, .podlab-large .podlab-message { font-size: 17px; }
.podlab-large .podlab-texts, .podlab-large .podlab-more, .podlab-large .podlab-pages, .podlab-large .podlab-legend,
.podlab-large .podlab-speed, .podlab-large .podlab-until { display: none !important; }
.podlab-scroll { display: flex; flex-direction: column-reverse; max-height: 220px; overflow-y: auto; }
.podlab-scroll table { border-collapse: collapse; font-size: 12px; }
.podlab-scroll td { padding: 1px 10px 1px 0; vertical-align: top; text-align: left; overflow-wrap: anywhere; }
.podlab-scroll td:nth-child(-n+2) { white-space: nowrap; }
.podlab-scroll td:first-child { color: var(--jp-ui-font-color2); }
.podlab-scroll .podlab-warning td:nth-child(2) { color: var(--podlab-error); }

.podlab-lab .podlab-pages.widget-tab > .lm-TabBar .lm-TabBar-tab { min-width: 0; color: var(--jp-ui-font-color1); }
.podlab-pages > .widget-tab-contents { padding: 8px 12px; }
.podlab-pages .widget-vbox { gap: 6px; align-items: flex-start; overflow: visible; }
.podlab-pages .widget-textarea, .podlab-pages .podlab-comparison { align-self: stretch; }
.podlab-pages p { margin: 4px 0; }
.podlab-pages ol { margin: 4px 0; }
.podlab-logs pre { margin-bottom: 8px; }
.podlab-states svg { display: block; max-width: 100%; height: auto; }
.podlab-lab .podlab-when { margin: 8px 0 2px; }
.podlab-why ul { margin: 2px 0; }
.podlab-why small { color: var(--jp-ui-font-color2); }
.podlab-manifest mark { background: #E69F0050; color: inherit; }
.podlab-manifest em { color: var(--jp-ui-font-color1); }
.podlab-faults ol { font-family: var(--jp-code-font-family); font-size: 12px; }
.podlab-faults code { white-space: pre; }
.podlab-wrong > code { background: #D55E0040; }
.podlab-fault { font-family: var(--jp-ui-font-family); color: var(--podlab-error); }
.podlab-fault span { color: var(--jp-ui-font-color1); }
</style>"""
