/** The page's looks; light and dark as the visitor's system has it. */
export const STYLE = `
:root { color-scheme: light dark; --bg: #f5f6f8; --card: #fff; --ink: #1f2733; --soft: #66707f; --line: #e3e6eb;
  --accent: #0b6b6b; --good: #16794a; --warn: #a15c00; --bad: #b3261e; --tint: #eef4f4 }
@media (prefers-color-scheme: dark) { :root { --bg: #12161c; --card: #1a2028; --ink: #e4e8ee; --soft: #97a1b0; --line: #2b333e;
  --accent: #55c2b8; --good: #5fce97; --warn: #e8b04b; --bad: #ff8a80; --tint: #1e2a2e } }
* { box-sizing: border-box }
body { margin: 0; background: var(--bg); color: var(--ink); font: 14px/1.45 system-ui, sans-serif }
header { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: center; padding: 14px 24px; background: var(--card);
  border-bottom: 1px solid var(--line); position: sticky; top: 0; z-index: 1 }
h1 { font-size: 17px; margin: 0; letter-spacing: -.01em }
header nav { display: flex; gap: 14px }
header nav a { color: var(--soft); text-decoration: none }
header nav a:hover { color: var(--accent) }
header form { margin-left: auto }
input { font: inherit; color: inherit; background: var(--bg); border: 1px solid var(--line); border-radius: 8px; padding: 6px 12px; width: 300px; max-width: 80vw }
input:focus { outline: 2px solid var(--accent); outline-offset: -1px }
main { max-width: 1400px; margin: 0 auto; padding: 20px 24px 48px; display: grid; gap: 20px }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(230px, 42%), 1fr)); gap: 12px }
.tile, section { background: var(--card); border: 1px solid var(--line); border-radius: 12px }
.tile { padding: 12px 16px }
.tile b { display: block; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; letter-spacing: -.02em }
.tile span { color: var(--soft); font-size: 12.5px }
section { overflow: hidden; scroll-margin-top: 70px }
h2 { font-size: 14px; margin: 0; padding: 13px 16px; border-bottom: 1px solid var(--line) }
h2 small { color: var(--soft); font-weight: 400; margin-left: 6px }
.scroll { overflow: auto; max-height: 520px }
table { width: 100%; border-collapse: collapse }
th { position: sticky; top: 0; background: var(--card); text-align: left; font-size: 12px; font-weight: 500; color: var(--soft) }
th, td { padding: 7px 16px; border-bottom: 1px solid var(--line); vertical-align: baseline; white-space: nowrap }
td.wide { white-space: normal; min-width: 200px }
tr:last-child td { border-bottom: 0 }
code, .num { font: 12.5px ui-monospace, monospace; color: var(--soft); font-variant-numeric: tabular-nums }
.pill { display: inline-block; padding: 1px 9px; border-radius: 99px; background: var(--tint); color: var(--accent); font-size: 12px; margin: 1px 3px 1px 0 }
.pill.bad { color: var(--bad); background: color-mix(in srgb, var(--bad) 12%, transparent) }
.pill.warn { color: var(--warn); background: color-mix(in srgb, var(--warn) 13%, transparent) }
.pill.good { color: var(--good); background: color-mix(in srgb, var(--good) 12%, transparent) }
.pill.plain { color: var(--soft); background: var(--bg) }
.soft { color: var(--soft) }
.empty { padding: 18px 16px; color: var(--soft) }
.gone td { opacity: .55 }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(480px, 100%), 1fr)); gap: 20px; align-items: start }
main > *, .pair > * { min-width: 0 }
`
