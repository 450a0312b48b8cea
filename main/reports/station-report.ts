import { pressureRamp } from '../contract/pressure-colour.ts';
import type { TestResult } from '../contract/pressure-tests.ts';
import type { StationView } from '../contract/station.ts';
import type { ReportLocale } from './encoding-report.ts';
import { pressureFigure } from './figures/pressure-map.ts';
import { escapeText } from './figures/svg.ts';
import { swayFigure } from './figures/sway.ts';
import { decimals } from './html-table.ts';
import { fill } from './words/report-words.ts';
import { type StationWords, stationEn, stationZh } from './words/station-words.ts';
import { streamReason } from './words/stream-reasons.ts';

/** What the station shows at one moment. */
export interface StationSheet {
  readonly view: StationView;
  /** rows × cols, in the device's unit. */
  readonly values: Float32Array;
  /** rows × cols, in the unit times minutes. */
  readonly risk: Float32Array;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
}

/** Cells that may lie above the scale: single hot cells would leave no colours for the rest. */
const ABOVE = 4;

const style = `
@page { size: A4; margin: 12mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; width: 186mm; color: #1c1f23; background: #fff; font: 11px/1.4 system-ui, "Helvetica Neue", Arial, "Noto Sans CJK SC", sans-serif; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
h1 { font-size: 20px; margin: 0; } h2 { font-size: 12.5px; margin: 10px 0 4px; border-bottom: 1px solid #c9ced4; padding-bottom: 2px; }
.top { display: flex; align-items: baseline; justify-content: space-between; }
.medical { border: 1.5px solid #1c1f23; padding: 4px 8px; margin: 6px 0; font-weight: 600; }
.simulated { border: 1.5px solid #c9720a; background: #fff6e8; color: #7a4300; padding: 4px 8px; margin: 6px 0; font-weight: 600; }
.facts { display: grid; grid-template-columns: 22mm 1fr; margin: 0; font-size: 10.5px; } .facts dt { color: #5b6570; } .facts dd { margin: 0; }
.main { display: grid; grid-template-columns: 72mm 1fr; gap: 7mm; margin-top: 6px; }
.ramp { height: 7px; background: ${pressureRamp}; } .scale { display: grid; grid-template-columns: auto 1fr auto; gap: 6px; align-items: center; margin-top: 3px; }
.legend { color: #5b6570; font-size: 9.5px; margin: 2px 0 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; border-bottom: 1.2px solid #1c1f23; padding: 2px 8px 2px 0; font-size: 10px; } td { border-bottom: 1px solid #eceef0; padding: 2.5px 8px 2.5px 0; vertical-align: top; }
td.value { font-size: 14px; font-weight: 650; white-space: nowrap; } td.definition { color: #5b6570; font-size: 9.5px; }
.test { display: grid; grid-template-columns: 1fr auto; gap: 5mm; align-items: start; } .test svg { width: 40mm; height: 40mm; }
ul { margin: 0; padding-left: 16px; } footer { margin-top: 8px; color: #5b6570; font-size: 9.5px; }
`;

type Row = readonly [name: readonly [string, string], value: string];

/** The station's report: one A4 page, self-contained, with the definition beside every number. */
export function stationReport(sheet: StationSheet, locale: ReportLocale = 'en'): string {
  const { view } = sheet;
  const words = locale === 'zh' ? stationZh : stationEn;
  const made = new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en-GB', {
    dateStyle: 'long',
    timeStyle: 'medium',
  }).format(sheet.madeAt);
  const facts: [string, string][] = [
    [words.head.device, view.device],
    [words.head.pseudonym, view.recording?.pseudonym ?? '–'],
    [words.head.mat, matText(view)],
    [
      words.head.state,
      `${words.states[view.state]}${view.state === 'interrupted' && view.reason !== null ? ` (${streamReason(view.reason, locale)})` : ''}`,
    ],
    [
      words.head.stream,
      fill(words.stream, {
        ...view.counters,
        rate: decimals(view.rate, 1),
        threshold: view.threshold,
        unit: view.unit,
      }),
    ],
  ];
  const body = [
    `<div class="top"><h1>${words.title}</h1><span>${escapeText(made)}</span></div>`,
    `<div class="medical">${words.notMedical}</div>`,
    view.simulated ? `<div class="simulated">${words.simulated}</div>` : '',
    `<dl class="facts">${facts.map(([label, value]) => `<dt>${label}</dt><dd>${escapeText(value)}</dd>`).join('')}</dl>`,
    `<div class="main"><div>${mapPart(sheet, words)}</div><div>${table(numberRows(view, words), words)}${riskPart(sheet, words)}</div></div>`,
    ...['balance', 'gait'].map((kind) => testPart(view, kind, words)),
    view.annotations.length === 0
      ? ''
      : `<h2>${words.notes}</h2><ul>${view.annotations
          .slice(-6)
          .map(({ seconds, text }) => `<li>${decimals(seconds, 0)} s: ${escapeText(text)}</li>`)
          .join('')}</ul>`,
    `<footer>${fill(words.foot, { version: sheet.version })} ${words.notMedical}</footer>`,
  ];
  return `<!doctype html>
<html lang="${words.language}"><head><meta charset="utf-8"><meta name="generator" content="Gyrus">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeText(`${words.title} · ${view.device}`)}</title><style>${style}</style></head><body>${body.join('\n')}</body></html>
`;
}

function matText({ rows, cols, cell }: StationView): string {
  const size =
    cell === null ? '' : `, ${decimals(cols * cell.width, 1)} × ${decimals(rows * cell.height, 1)} cm`;
  return `${rows} × ${cols}${size}`;
}

function table(rows: readonly Row[], words: StationWords): string {
  const lines = rows.map(
    ([[name, definition], value]) =>
      `<tr><td>${name}</td><td class="value">${escapeText(value)}</td><td class="definition">${escapeText(definition)}</td></tr>`,
  );
  return `<table><thead><tr><th>${words.quantity}</th><th>${words.value}</th><th>${words.definition}</th></tr></thead><tbody>${lines.join('')}</tbody></table>`;
}

/** Four significant digits, as on the screen. */
function significant(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function numberRows(view: StationView, words: StationWords): Row[] {
  const { measures, posture, risk, unit } = view;
  const { rows } = words;
  const length = view.cell === null ? words.cells : 'cm';
  const list: Row[] = [];
  if (posture !== null)
    list.push([
      [rows.posture[0], `${rows.posture[1]} ${words.trainedOn[posture.trainedOn]}`],
      posture.label === null
        ? words.unknown
        : `${words.postures[posture.label] ?? posture.label} ${decimals(100 * posture.confidence, 0)} %`,
    ]);
  if (measures !== null) {
    const left = measures.leftShare === null ? null : 100 * measures.leftShare;
    list.push(
      [rows.peak, `${significant(measures.peak)} ${unit}`],
      [rows.mean, `${significant(measures.mean)} ${unit}`],
      [
        rows.contact,
        measures.contactArea === null
          ? `${measures.contactCells} ${words.cells}`
          : `${decimals(measures.contactArea, 0)} cm²`,
      ],
      [rows.dispersion, `${decimals(measures.dispersionIndex, 1)} %`],
      [rows.ppi, `${significant(measures.peakPressureIndex)} ${unit}`],
      [rows.centre, `${decimals(measures.centreX, 1)}, ${decimals(measures.centreY, 1)} ${length}`],
      [rows.symmetry, left === null ? '–' : `${decimals(left, 0)} : ${decimals(100 - left, 0)}`],
    );
  }
  list.push(
    [
      rows.sameWay,
      `${decimals(risk.minutesSinceTurn, 1)} / ${decimals(risk.turnMinutes, 0)} ${words.minutes}`,
    ],
    [rows.pressureTime, `${significant(risk.highest)} ${unit}·${words.minutes}`],
  );
  return list;
}

function scaleOf(values: Float32Array): number {
  return values.slice().sort()[Math.max(0, values.length - 1 - ABOVE)];
}

function scaleBar(full: number, unit: string): string {
  return `<div class="scale"><span>0</span><div class="ramp"></div><span>${Number(full.toPrecision(3))} ${unit}</span></div>`;
}

function mapPart({ view, values }: StationSheet, words: StationWords): string {
  const full = scaleOf(values);
  const picture = pressureFigure({
    title: words.map,
    values,
    rows: view.rows,
    cols: view.cols,
    full,
    aspect: view.cell === null ? 1 : view.cell.height / view.cell.width,
    box: [272, 520],
    points: view.keypoints.map(([, row, col]) => [row, col]),
    edges: view.edges,
    path: view.path,
    centre: view.path[view.path.length - 1] ?? null,
  });
  const points = view.keypoints.length === 0 ? '' : `${words.pointsLegend} `;
  return `<h2>${words.map}</h2>${picture}${scaleBar(full, view.unit)}<p class="legend">${points}${words.centreLegend}</p>`;
}

function riskPart({ view, risk }: StationSheet, words: StationWords): string {
  const full = scaleOf(risk);
  if (full <= 0) return '';
  const picture = pressureFigure({
    title: words.riskMap,
    values: risk,
    rows: view.rows,
    cols: view.cols,
    full,
    aspect: view.cell === null ? 1 : view.cell.height / view.cell.width,
    box: [150, 170],
  });
  return `<h2>${words.riskMap}</h2>${picture}${scaleBar(full, `${view.unit}·${words.minutes}`)}`;
}

function testPart(view: StationView, kind: string, words: StationWords): string {
  const result = view.results.findLast((one) => one.kind === kind);
  if (result === undefined) return '';
  if (result.kind === 'gait')
    return `<h2>${fill(words.gait, { seconds: decimals(result.seconds, 1) })}</h2>${table(gaitRows(result, words), words)}`;
  const heading = fill(words.balance, {
    seconds: decimals(result.seconds, 1),
    rate: decimals(result.rate, 1),
  });
  const slow = result.resolvesSway ? '' : `<p class="legend">${words.slow}</p>`;
  const picture = view.sway === null ? '' : swayFigure(heading, view.sway.path, view.sway.outline, view.cell);
  return `<h2>${heading}</h2><div class="test"><div>${table(balanceRows(result, words), words)}${slow}</div>${picture}</div>`;
}

function balanceRows(result: Extract<TestResult, { kind: 'balance' }>, words: StationWords): Row[] {
  const { balanceRows: rows } = words;
  const length = result.unit === 'cm' ? 'cm' : words.cells;
  const pair = (a: number | null, b: number | null) => `${decimals(a, 2)} × ${decimals(b, 2)} ${length}`;
  return [
    [rows.path, `${decimals(result.pathLength, 1)} ${length}`],
    [rows.velocity, `${decimals(result.velocity, 2)} ${length}/s`],
    [rows.ellipse, `${decimals(result.ellipseArea, 2)} ${length}²`],
    [rows.axes, pair(result.ellipseMajor, result.ellipseMinor)],
    [rows.range, pair(result.rangeX, result.rangeY)],
  ];
}

function gaitRows(result: Extract<TestResult, { kind: 'gait' }>, words: StationWords): Row[] {
  const { gaitRows: rows } = words;
  const [name, definition] = rows.asymmetry;
  return [
    [rows.steps, String(result.steps)],
    [rows.cadence, `${decimals(result.cadence, 1)} /min`],
    [rows.stance, `${decimals(result.stanceSeconds, 2)} s`],
    [rows.swing, `${decimals(result.swingSeconds, 2)} s`],
    [rows.stride, `${decimals(result.strideSeconds, 2)} s`],
    [rows.double, `${decimals(result.doubleSupport, 1)} %`],
    [
      [name, fill(definition, { asymmetry: decimals(result.asymmetry, 1) })],
      `${decimals(result.leftStanceSeconds, 2)} / ${decimals(result.rightStanceSeconds, 2)} s`,
    ],
  ];
}
