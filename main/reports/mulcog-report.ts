import { basename } from 'node:path';
import { BUNDLED_SPACE } from '../contract/anatomy.ts';
import { type MulcogCell, mulcogResultSchema } from '../contract/mulcog.ts';
import { UserError } from '../core/errors.ts';
import type { ResourceStore } from '../core/resource-store.ts';
import type { Project } from '../data/project.ts';
import { openBrainCanvas } from './brain-figures.ts';
import { csvLink } from './data-links.ts';
import type { ReportLocale } from './encoding-report.ts';
import { heatMapFigure } from './figures/heat-map.ts';
import { escapeText } from './figures/svg.ts';
import { decimals, htmlTable } from './html-table.ts';
import {
  brainsFigure,
  cellOf,
  modelName,
  profilesFigure,
  type Sheet,
  sensorsFigure,
} from './mulcog-figures.ts';
import { mulcogMethods } from './mulcog-methods.ts';
import { reportPage } from './page.ts';
import { en } from './words/en.ts';
import { mulcogEn, mulcogZh } from './words/mulcog-words.ts';
import { fill } from './words/report-words.ts';
import { zh } from './words/zh.ts';

/**
 * The report of a finished MulCogBench run as one self-contained HTML document.
 * @throws UserError `run.unknown`, `report.unfinished`, `resources.missing`
 */
export async function mulcogReport(
  project: Project,
  runId: string,
  resources: ResourceStore,
  locale: ReportLocale = 'en',
): Promise<string> {
  const run = project.runs.get(runId);
  if (run.state !== 'complete' || run.study !== 'mulcog') {
    throw new UserError(
      'report.unfinished',
      `Run ${runId} is no finished MulCogBench study; there is nothing to report yet.`,
      { run: runId },
    );
  }
  const result = mulcogResultSchema.parse(run.summary);
  const words = locale === 'zh' ? zh : en;
  const own = locale === 'zh' ? mulcogZh : mulcogEn;
  const highest = result.cells.flatMap(({ units, mean }) => [mean, ...units]).map(Math.abs);
  const sheet: Sheet = {
    result,
    words,
    own,
    limit: Math.max(0.1, ...highest),
    kindName: ({ language, level, modality }) =>
      `${own.languages[language] ?? language} · ${own.levels[level]} · ${own.modalities[modality]}`,
  };
  const made = fill(words.madeOn, {
    date: new Date(result.provenance.endedAt).toISOString().slice(0, 16).replace('T', ' '),
    version: result.provenance.codeVersion,
    run: runId,
  });
  const section = (heading: string, body: string): string =>
    `<h2 id="${escapeText(heading)}">${escapeText(heading)}</h2>${body}`;
  const brains = await brainsFigure(sheet, await openBrainCanvas(resources, BUNDLED_SPACE));
  const sensors = sensorsFigure(project, runId, sheet);
  const notices = [...new Set(result.notices.map(({ message }) => message))];
  const body = [
    result.simulated ? `<p class="simulated">${words.simulatedBanner}</p>` : '',
    `<h1>${escapeText(run.name)}</h1><p class="made">${escapeText(project.meta.name())} · ${made}</p>`,
    section(own.heat, heatSection(sheet)),
    section(own.contrasts, contrastSection(sheet)),
    section(own.growth, growthSection(sheet)),
    section(own.profiles, profilesFigure(sheet)),
    section(own.units, unitSection(sheet)),
    brains === null ? '' : section(own.brains, brains),
    sensors === null ? '' : section(own.sensors, sensors),
    section(own.shuffled, shuffledSection(sheet)),
    section(own.ceilings, ceilingSection(sheet)),
    section(words.methods, `<p>${escapeText(mulcogMethods(result))}</p>`),
    notices.length === 0
      ? ''
      : section(words.notices, `<ul>${notices.map((line) => `<li>${escapeText(line)}</li>`).join('')}</ul>`),
    section(words.reproduce, reproduceSection(sheet)),
  ];
  return reportPage(words.language, `${run.name} · ${project.meta.name()}`, body.join('\n'));
}

function rowsOf(sheet: Sheet) {
  return sheet.result.models.flatMap((model) =>
    model.layers.map((layer) => {
      const name = modelName(sheet, model);
      return { model: model.id, layer, name: model.layers.length === 1 ? name : `${name} · ${layer}` };
    }),
  );
}

/** Layers × kinds of data, whatever of a cell is to be seen. */
function kindsHeat(sheet: Sheet, title: string, valueOfCell: (cell: MulcogCell) => number): string {
  const { result, limit, kindName } = sheet;
  const rows = rowsOf(sheet);
  const values = rows.flatMap(({ model, layer }) =>
    result.kinds.map(({ id }) => {
      const cell = cellOf(sheet, id, model, layer);
      return cell === undefined ? Number.NaN : valueOfCell(cell);
    }),
  );
  return heatMapFigure({
    title,
    rows: rows.map(({ name }) => name),
    columns: result.kinds.map(kindName),
    values,
    limit,
  });
}

function heatSection(sheet: Sheet): string {
  const { result, own, words } = sheet;
  const figure = kindsHeat(sheet, own.heat, ({ mean }) => mean);
  const csv = csvLink('cells', words.csv, [
    ['kind', 'model', 'layer', 'score', 'low', 'high', 'p', 'bias', 'shuffled'],
    ...result.cells.map((cell) => [
      cell.kind,
      cell.model,
      cell.layer,
      cell.mean,
      cell.low,
      cell.high,
      cell.p,
      cell.bias,
      cell.shuffled,
    ]),
  ]);
  return `<figure><div class="panels">${figure}</div><figcaption>${own.heatCaption} ${csv}</figcaption></figure>`;
}

function unitSection(sheet: Sheet): string {
  const { result, own, words, limit, kindName } = sheet;
  const panels = result.kinds
    .filter(({ units }) => units.length > 1)
    .map((kind) => {
      const rows = rowsOf(sheet).filter(({ model, layer }) => cellOf(sheet, kind.id, model, layer));
      const title = kindName(kind);
      const figure = heatMapFigure({
        title,
        rows: rows.map(({ name }) => name),
        columns: kind.units.map(({ name }) => name),
        values: rows.flatMap(({ model, layer }) => cellOf(sheet, kind.id, model, layer)?.units ?? []),
        limit,
      });
      return `<div><h3>${escapeText(title)}</h3>${figure}</div>`;
    });
  const csv = csvLink('units', words.csv, [
    ['kind', 'model', 'layer', 'unit', 'score'],
    ...result.cells.flatMap((cell) => {
      const units = result.kinds.find(({ id }) => id === cell.kind)?.units ?? [];
      return units.map(({ name }, at) => [cell.kind, cell.model, cell.layer, name, cell.units[at]]);
    }),
  ]);
  return `<figure><div class="panels">${panels.join('')}</div><figcaption>${own.unitsCaption} ${csv}</figcaption></figure>`;
}

function shuffledSection(sheet: Sheet): string {
  return `<figure><div class="panels">${kindsHeat(sheet, sheet.own.shuffled, ({ shuffled }) => shuffled)}</div><figcaption>${sheet.own.shuffledCaption}</figcaption></figure>`;
}

function nameOf({ result, kindName }: Sheet, id: string): string {
  const kind = result.kinds.find((one) => one.id === id);
  return kind === undefined ? id : kindName(kind);
}

const interval = ({ low, high }: { low: number; high: number }): string =>
  `${decimals(low)} … ${decimals(high)}`;

function contrastSection(sheet: Sheet): string {
  const { result, own } = sheet;
  const { columns } = own;
  const rows = result.contrasts.map(({ language, model, mean, low, high, depth }) => [
    own.languages[language] ?? language,
    own.models[model] ?? model,
    decimals(mean),
    interval({ low, high }),
    depth.map(({ kind, best }) => `${nameOf(sheet, kind)}: ${best}`).join('; '),
  ]);
  const heading = [columns.language, columns.model, columns.difference, columns.interval, columns.best];
  return `<p>${own.contrastsCaption}</p>${htmlTable(heading, rows)}`;
}

function growthSection(sheet: Sheet): string {
  const { result, own } = sheet;
  const { columns } = own;
  const rows = result.growth.map((row) => [
    nameOf(sheet, row.kind),
    decimals(row.contextual),
    decimals(row.static),
    decimals(row.difference.mean),
    interval(row.difference),
  ]);
  const heading = [columns.kind, columns.contextual, columns.static, columns.difference, columns.interval];
  const languages =
    result.languages === null
      ? ''
      : `<p>${fill(own.agreement, {
          first: own.languages[result.languages.first] ?? result.languages.first,
          second: own.languages[result.languages.second] ?? result.languages.second,
          r: decimals(result.languages.r),
          cells: result.languages.cells,
          p: decimals(result.languages.p, 4),
        })}</p>`;
  return `<p>${own.growthCaption}</p>${htmlTable(heading, rows)}${languages}`;
}

function ceilingSection(sheet: Sheet): string {
  const { result, own } = sheet;
  const { columns } = own;
  const rows = result.kinds.map((kind) => [
    sheet.kindName(kind),
    String(kind.items),
    String(kind.subjects.length),
    decimals(kind.ceiling?.value ?? null),
    kind.ceiling === null ? '–' : own.how[kind.ceiling.how],
    decimals(kind.meanPattern.itemwise),
    decimals(kind.meanPattern.trialwise),
    kind.missing.length === 0 ? '–' : kind.missing.join(', '),
  ]);
  const heading = [
    columns.kind,
    columns.items,
    columns.subjects,
    columns.ceiling,
    columns.how,
    columns.meanPattern,
    columns.trialwise,
    columns.leftOut,
  ];
  return `<p>${own.ceilingsCaption}</p>${htmlTable(heading, rows)}`;
}

function reproduceSection({ result, words }: Sheet): string {
  const { params, provenance, models } = result;
  const { setIds, ...settings } = params;
  const list = (entries: readonly (readonly [string, string])[]): string =>
    `<dl>${entries.map(([name, value]) => `<dt>${escapeText(name)}</dt><dd>${escapeText(value)}</dd>`).join('')}</dl>`;
  const files = provenance.inputs.map((file) => [basename(file.path), file.sha256]);
  const csv = csvLink('inputs', words.csv, [
    ['path', 'bytes', 'sha256'],
    ...provenance.inputs.map((file) => [file.path, file.bytes, file.sha256]),
  ]);
  return [
    `<h3>${words.parameters}</h3>`,
    list([
      ...Object.entries(settings).map(
        ([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)] as const,
      ),
      ['sets', String(setIds.length)],
      ...models.flatMap(({ id, sources }) =>
        Object.entries(sources).map(([language, source]) => [`${id} (${language})`, source] as const),
      ),
    ]),
    `<h3>${words.versions}</h3>`,
    list([...Object.entries(provenance.versions), ['platform', provenance.platform]]),
    `<details><summary>${words.inputs} (${files.length})</summary>${htmlTable([words.columns.file, 'SHA-256'], files, 'files')}</details>`,
    `<p>${csv}</p>`,
  ].join('');
}
