import { escapeText } from './figures/svg.ts';

const style = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #1c1f23; font: 14px/1.5 system-ui, "Helvetica Neue", Arial, "Noto Sans CJK SC", sans-serif; }
main { max-width: 980px; margin: 0 auto; padding: 36px 32px 64px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; font-weight: 650; letter-spacing: -0.01em; }
h2 { font-size: 16px; margin: 40px 0 10px; font-weight: 650; border-bottom: 1px solid #dde0e4; padding-bottom: 5px; }
h3 { font-size: 13px; margin: 18px 0 6px; font-weight: 650; }
p { margin: 0 0 10px; max-width: 78ch; }
.made { color: #5b6570; font-size: 12.5px; }
.simulated { border: 1px solid #c9720a; background: #fff6e8; color: #7a4300; padding: 8px 12px; margin: 0 0 18px; font-weight: 600; border-radius: 3px; }
.tiles { display: grid; grid-template-columns: repeat(6, 1fr); border: 1px solid #dde0e4; border-radius: 3px; margin: 18px 0 0; }
.tiles div { padding: 9px 12px; border-left: 1px solid #dde0e4; }
.tiles div:first-child { border-left: 0; }
.tiles b { display: block; font-size: 19px; font-weight: 600; font-variant-numeric: tabular-nums; }
.tiles span { color: #5b6570; font-size: 11.5px; line-height: 1.3; display: block; }
figure { margin: 0 0 14px; }
figcaption { color: #4a525b; font-size: 12.5px; max-width: 88ch; margin-top: 6px; }
.map { display: grid; grid-template-columns: 56px 1fr; align-items: center; break-inside: avoid; margin-bottom: 6px; }
.map h3 { margin: 0; }
.map .views { display: flex; align-items: center; gap: 6px; }
.map .views img { width: 31%; }
.map .slices { width: 100%; display: block; }
.brain { position: relative; } .brain i { position: absolute; top: 50%; font: 600 11px system-ui, sans-serif; color: #1c1f23; } .brain .l { left: -2px; } .brain .r { right: -2px; }
.labels { display: flex; color: #5b6570; font-size: 11px; }
.labels span { flex: 1; text-align: center; }
.pair { break-inside: avoid; } .pair span { color: #4a525b; font-size: 11.5px; } .pair div { display: flex; } .pair img { width: 104px; }
.panels { display: flex; flex-wrap: wrap; gap: 8px 14px; }
.panels > div { break-inside: avoid; }
.panels svg { break-inside: avoid; max-width: 100%; height: auto; }
table { border-collapse: collapse; font-size: 12px; font-variant-numeric: tabular-nums; width: 100%; }
th { text-align: left; font-weight: 600; border-bottom: 1.5px solid #1c1f23; border-top: 1.5px solid #1c1f23; padding: 4px 10px 4px 0; vertical-align: bottom; }
td { padding: 2.5px 10px 2.5px 0; border-bottom: 1px solid #eceef0; vertical-align: top; }
th.number, td.number { text-align: right; }
table:has(th:nth-child(12)) { font-size: 11px; } table:has(th:nth-child(12)) :is(th, td) { padding-right: 6px; }
tbody tr:last-child td { border-bottom: 1.5px solid #1c1f23; }
.csv { font-size: 12px; color: #0b5fa5; }
.checks { list-style: none; padding: 0; margin: 10px 0; font-size: 12.5px; }
.checks li { padding-left: 58px; text-indent: -58px; }
.checks b { display: inline-block; width: 50px; text-indent: 0; margin-right: 8px; }
.holds { color: #1a7f37; } .fails { color: #b3261e; }
dl { display: grid; grid-template-columns: 190px 1fr; font-size: 12.5px; margin: 0; }
dt { color: #5b6570; } dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
details { margin: 8px 0; font-size: 12.5px; } summary { cursor: pointer; }
code { font: 11px ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
@media print { main { padding: 0; max-width: none; } h2, h3 { break-after: avoid; } .csv { display: none; } details { display: block; } @page { margin: 16mm 14mm; size: A4; } }
`;

/** The document around a report's body: no script, nothing fetched, light on screen and paper. */
export function reportPage(language: string, title: string, body: string): string {
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="generator" content="Gyrus">
<title>${escapeText(title)}</title><style>${style}</style></head>
<body><main>${body}</main></body></html>
`;
}
