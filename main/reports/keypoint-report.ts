import {
  ablationVerdict,
  type Failure,
  type JointScore,
  type PmdScore,
  type PostureScore,
  type PressureKeypointsResult,
  pressureKeypointsResultSchema,
  type Stability,
} from '../contract/pressure-keypoints.ts';
import { UserError } from '../core/errors.ts';
import type { Project } from '../data/project.ts';
import { csvLink } from './data-links.ts';
import type { ReportLocale } from './encoding-report.ts';
import { intervalFigure } from './figures/interval-chart.ts';
import { pressureFigure } from './figures/pressure-map.ts';
import { escapeText } from './figures/svg.ts';
import { decimals, htmlTable } from './html-table.ts';
import { reportPage } from './page.ts';
import { en } from './words/en.ts';
import { type KeypointWords, keypointEn, keypointZh } from './words/keypoint-words.ts';
import { fill, type ReportWords } from './words/report-words.ts';
import { zh } from './words/zh.ts';

interface Sheet {
  readonly result: PressureKeypointsResult;
  readonly words: ReportWords;
  readonly own: KeypointWords;
}

/**
 * The report of a finished keypoint study as one self-contained HTML document.
 * @throws UserError `run.unknown`, `report.unfinished`
 */
export function keypointReport(project: Project, runId: string, locale: ReportLocale = 'en'): string {
  const run = project.runs.get(runId);
  if (run.state !== 'complete' || run.study !== 'pressure-keypoints')
    throw new UserError(
      'report.unfinished',
      `Run ${runId} is no finished keypoint study; there is nothing to report yet.`,
      { run: runId },
    );
  const result = pressureKeypointsResultSchema.parse(run.summary);
  const words = locale === 'zh' ? zh : en;
  const own = locale === 'zh' ? keypointZh : keypointEn;
  const sheet: Sheet = { result, words, own };
  const { pmd, params } = result;
  const made = fill(words.madeOn, {
    date: new Date(run.endedAt ?? run.createdAt).toISOString().slice(0, 16).replace('T', ' '),
    version: run.codeVersion,
    run: runId,
  });
  const section = (heading: string, body: string) => `<h2>${escapeText(heading)}</h2>${body}`;
  const body = [
    `<p class="simulated">${own.simulated}</p>`,
    `<h1>${escapeText(run.name)}</h1><p class="made">${escapeText(project.meta.name())} · ${made}</p>`,
    section(own.marks, marksTable(sheet)),
    section(own.joints, joints(sheet, result.joints, own.joints)),
    section(own.transfer, joints(sheet, result.transfer, own.transfer)),
    section(own.steadiness, steadiness(sheet, result.stability, true)),
    section(own.drawings, drawings(sheet)),
    section(own.postures, postures(sheet, result.postures, own.postures, own.posturesCaption)),
    pmd === null
      ? ''
      : section(
          own.pmd,
          postures(
            sheet,
            pmd.postures,
            own.pmd,
            fill(own.pmdCaption, {
              subjects: pmd.subjects,
              recordings: pmd.recordings,
              frames: pmd.frames,
              corrupt: pmd.corruptFrames,
              hot: pmd.hotCells,
              seconds: Math.round(pmd.trainingSeconds),
            }),
          ) +
            peopleOut(sheet, pmd) +
            steadiness(sheet, pmd.stability, false),
        ),
    result.ablations.length === 0 ? '' : section(own.ablations, ablations(sheet)),
    result.warmStart.length === 0 ? '' : section(own.warmStart, warmStart(sheet)),
    section(own.failures, failures(sheet)),
    section(
      words.methods,
      `<p>${escapeText(
        fill(own.methods, {
          ...params,
          pmd: '',
          classification: params.classificationSteps,
          regression: params.regressionSteps,
        }),
      )}</p>`,
    ),
    section(
      words.parameters,
      `<dl>${Object.entries({ ...params, pmd: params.pmd === null ? '–' : 'experiment-i' })
        .map(([name, value]) => `<dt>${escapeText(name)}</dt><dd>${escapeText(String(value))}</dd>`)
        .join('')}</dl>`,
    ),
  ];
  return reportPage(words.language, `${run.name} · ${project.meta.name()}`, body.join('\n'));
}

const share = (value: number) => decimals(100 * value, 1);
const interval = (low: number, high: number, places: number) =>
  `${decimals(low, places)} … ${decimals(high, places)}`;

function marksTable({ result, own }: Sheet): string {
  const shown = (mark: string, value: number | null) =>
    mark.startsWith('gain') && value !== null ? `${share(value)} %` : decimals(value, 2);
  const rows = result.marks.map(({ mark, value, goal, met }) => [
    own.markNames[mark] ?? mark,
    shown(mark, value),
    shown(mark, goal),
    met ? own.met : own.notMet,
  ]);
  return rows.length === 0 ? '<p>–</p>' : htmlTable(own.marksHead, rows);
}

/** A method's or variant's name in the report's language. */
function nameOf(text: string, { names }: KeypointWords): string {
  const count = /\((\d+) numbers\)$/.exec(text)?.[1];
  const foreign = text.endsWith(' (model never saw pmd)');
  const plain = text.replace(/ \(model never saw pmd\)$| \(\d+ numbers\)$/, '');
  const word = names[plain.toLowerCase().replace(/[^a-z0-9]+/g, '-')];
  if (word === undefined) return text;
  const name = count === undefined ? word : fill(word, { count });
  return foreign ? fill(names.foreign ?? '{name}', { name }) : name;
}

function joints({ words, own }: Sheet, scores: readonly JointScore[], title: string): string {
  const bars = scores.map(({ method, meanCm, low, high }, at) => ({
    name: nameOf(method, own),
    value: meanCm,
    low,
    high,
    text: decimals(meanCm, 2),
    own: at === 0,
  }));
  const rows = scores.map(({ method, meanCm, low, high, pck }) => [
    nameOf(method, own),
    decimals(meanCm, 2),
    interval(low, high, 2),
    share(pck),
  ]);
  const csv = csvLink('joints', words.csv, [
    ['method', 'mean_cm', 'low', 'high', 'pck'],
    ...scores.map(({ method, meanCm, low, high, pck }) => [method, meanCm, low, high, pck]),
  ]);
  return `<figure>${intervalFigure(title, own.jointError, bars)}<figcaption>${own.jointsCaption} ${csv}</figcaption></figure>${htmlTable(own.jointsHead, rows)}`;
}

function steadiness({ result, own }: Sheet, stability: Stability, withWork: boolean): string {
  const { work } = result;
  const values: [name: string, value: string][] = [
    ['equivariance', `${decimals(stability.equivariance, 2)} ${own.cells}`],
    ['repeatability', `${decimals(stability.repeatability, 2)} ${own.cells}`],
    ['keepsPlace', `${share(stability.keepsPlace)} %`],
    ['onEmptyMat', `${share(stability.onEmptyMat)} %`],
    ...(withWork
      ? ([
          ['parameters', String(work.parameters)],
          ['flops', `${decimals((2 * work.macs) / 1e6, 1)} M`],
          ['time', `${decimals(work.millisecondsPerFrame, 2)} ms`],
        ] as [string, string][])
      : []),
  ];
  const blanks = { fuser: work.fuserParameters, decoder: work.decoderParameters };
  const rows = values.map(([name, value]) => {
    const [label, definition] = own.steady[name] ?? [name, ''];
    return [label, value, fill(definition, blanks)];
  });
  return htmlTable(own.steadinessHead, rows);
}

function drawings({ result, own }: Sheet): string {
  const rows = result.reconstruction.map(({ method, l1, ssim }) => [
    nameOf(method, own),
    decimals(l1, 4),
    decimals(ssim),
  ]);
  return `<p>${own.drawingsCaption}</p>${htmlTable(own.drawingsHead, rows)}`;
}

function postures(
  { words, own }: Sheet,
  scores: readonly PostureScore[],
  title: string,
  caption: string,
): string {
  const bars = scores.map(({ method, accuracy }) => ({
    name: nameOf(method, own),
    value: 100 * accuracy.mean,
    low: 100 * accuracy.low,
    high: 100 * accuracy.high,
    text: `${share(accuracy.mean)} (${interval(100 * accuracy.low, 100 * accuracy.high, 0)})`,
    own: method.startsWith('keypoints'),
  }));
  const csv = csvLink('postures', words.csv, [
    ['method', 'accuracy', 'low', 'high'],
    ...scores.map(({ method, accuracy }) => [method, accuracy.mean, accuracy.low, accuracy.high]),
  ]);
  return `<figure>${intervalFigure(title, own.accuracy, bars)}<figcaption>${caption} ${csv}</figcaption></figure>`;
}

/** Accuracy with each person left out of network and classifiers. */
function peopleOut({ own }: Sheet, { people, subjectOut }: PmdScore): string {
  if (subjectOut.length === 0) return '';
  const head = [
    own.peopleHead[0],
    own.peopleHead[1],
    own.peopleHead[2],
    ...people.map(({ subject, missing }) => `${subject}${missing.length > 0 ? ' *' : ''} (%)`),
  ];
  const rows = subjectOut.map(({ method, accuracy, people: each }) => [
    nameOf(method, own),
    share(accuracy.mean),
    interval(100 * accuracy.low, 100 * accuracy.high, 1),
    ...each.map(share),
  ]);
  const helped = people.filter(({ missing }) => missing.length > 0);
  const notes = helped.map(({ subject, missing }) => {
    const postures = missing.map((name) => own.names[name] ?? name).join(', ');
    return ` * ${fill(own.standIns, { subject, missing: postures })}`;
  });
  return `<p>${escapeText(own.peopleCaption + notes.join(''))}</p>${htmlTable(head, rows)}`;
}

function ablations({ result, words, own }: Sheet): string {
  const [all] = result.ablations;
  const rows = result.ablations.map((row) => [
    nameOf(row.variant, own),
    decimals(row.jointsCm, 2),
    row.seedsCm.map((value) => decimals(value, 2)).join(' · '),
    row === all ? '–' : own.verdicts[ablationVerdict(row, all)],
    share(row.pck),
    decimals(row.l1, 4),
    decimals(row.ssim),
    decimals(row.equivariance, 2),
    decimals(row.repeatability, 2),
    share(row.keepsPlace),
  ]);
  const csv = csvLink('ablations', words.csv, [
    [
      'variant',
      'joints_cm',
      'joints_cm_of_seeds',
      'pck',
      'l1',
      'ssim',
      'equivariance',
      'repeatability',
      'keeps_place',
    ],
    ...result.ablations.map((row) => [
      row.variant,
      row.jointsCm,
      row.seedsCm.join(' '),
      row.pck,
      row.l1,
      row.ssim,
      row.equivariance,
      row.repeatability,
      row.keepsPlace,
    ]),
  ]);
  const caption = fill(own.ablationsCaption, {
    steps: result.params.ablationSteps,
    seeds: all?.seedsCm.length ?? 1,
  });
  return `<p>${caption} ${csv}</p>${htmlTable(own.ablationsHead, rows)}`;
}

function warmStart({ result, own }: Sheet): string {
  const rows = result.warmStart.map((one) => [
    String(one.seed),
    one.initialisation === 'he' ? 'He' : 'N(0, 0.001)',
    decimals(one.directLoss, 4),
    String(one.directReached ?? one.directSteps),
    one.regressionSteps === null ? '–' : String(one.regressionSteps),
    String(one.classificationSteps),
    one.regressionSteps === null ? '–' : String(one.classificationSteps + one.regressionSteps),
  ]);
  return `<p>${own.warmStartCaption}</p>${htmlTable(own.warmStartHead, rows)}`;
}

function failures({ result, own }: Sheet): string {
  const pictures = result.failures.map((failure) => failurePicture(failure, own));
  return `<p>${own.failuresCaption}</p><div class="panels">${pictures.join('')}</div>`;
}

function failurePicture({ kind, keypoint, recording, view }: Failure, own: KeypointWords): string {
  if (view === null) return '';
  const far = kind === 'joint-far-off';
  const name = own.failureNames[kind] ?? kind;
  const from = keypoint === null ? undefined : view.points[keypoint];
  const to = keypoint === null ? undefined : view.next?.[keypoint];
  const missed = (view.joints ?? []).flatMap((joint, at) => {
    const told = view.foretold?.[at];
    return told === undefined ? [] : [[joint, told] as const];
  });
  const picture = pressureFigure({
    title: `${name}, ${recording}`,
    values: view.map,
    rows: view.rows,
    cols: view.cols,
    full: 255,
    box: [150, 210],
    points: far ? [] : view.points,
    marked: keypoint === null ? [] : [keypoint],
    moves: far ? missed : from !== undefined && to !== undefined ? [[from, to]] : [],
    crosses: view.joints ?? [],
  });
  return `<div><h3>${escapeText(name)}</h3>${picture}<div class="made">${escapeText(recording)}</div></div>`;
}
