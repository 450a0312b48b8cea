import { type EncodingResult, encodingResultSchema, recoverySchema } from '../contract/encoding.ts';
import { UserError } from '../core/errors.ts';
import type { ResourceStore } from '../core/resource-store.ts';
import type { Project } from '../data/project.ts';
import { openBrainCanvas } from './brain-figures.ts';
import { escapeText } from './figures/svg.ts';
import { bestVoxelFigure, histogramsFigure, mapFigure, profileFigure } from './figures-of-study.ts';
import { decimals } from './html-table.ts';
import { methodsParagraph } from './methods-paragraph.ts';
import { reportPage } from './page.ts';
import { recoveryTable, regionTable } from './report-tables.ts';
import { reproducibility } from './reproducibility.ts';
import { en } from './words/en.ts';
import { regionName } from './words/region-names.ts';
import { fill, type ReportWords } from './words/report-words.ts';
import { zh } from './words/zh.ts';

export type ReportLocale = 'en' | 'zh';

/**
 * The report of a finished encoding run as one self-contained HTML document.
 * @throws UserError `run.unknown`, `report.unfinished`, `resources.missing`
 */
export async function encodingReport(
  project: Project,
  runId: string,
  resources: ResourceStore,
  locale: ReportLocale = 'en',
): Promise<string> {
  const run = project.runs.get(runId);
  if (run.state !== 'complete' || run.study !== 'encoding') {
    throw new UserError(
      'report.unfinished',
      `Run ${runId} is no finished encoding study; there is nothing to report yet.`,
      { run: runId },
    );
  }
  const result = encodingResultSchema.parse(run.summary);
  const words = locale === 'zh' ? zh : en;
  const space = project.spaces.get(result.subjects[0].spaceId);
  const maps =
    space.surface === undefined
      ? await mapFigure(project, result, await openBrainCanvas(resources, space.name), words)
      : `<p>${words.mapsOnSurface}</p>`;
  const recovered = project.runs.table(runId, 'recovered');
  const title = `${run.name} · ${project.meta.name()}`;
  const section = (heading: string, body: string): string => `<h2>${heading}</h2>${body}`;
  const made = fill(words.madeOn, {
    date: new Date(result.provenance.endedAt).toISOString().slice(0, 16).replace('T', ' '),
    version: result.provenance.codeVersion,
    run: runId,
  });
  const body = [
    result.simulated ? `<p class="simulated">${words.simulatedBanner}</p>` : '',
    `<h1>${escapeText(run.name)}</h1><p class="made">${escapeText(project.meta.name())} · ${made}</p>`,
    tiles(result, words),
    section(words.maps, maps),
    recovered === null
      ? ''
      : section(
          words.recovery,
          `<p>${words.recoveryCaption}</p>${recoveryTable(recoverySchema.parse(recovered), words)}`,
        ),
    section(words.profiles, profileFigure(result, words)),
    section(words.controls, controlsList(result, words)),
    section(words.histogram, histogramsFigure(result, words)),
    section(words.timeCourse, bestVoxelFigure(project, result, words)),
    section(words.regions, `<p>${words.regionsCaption}</p>${regionTable(result, words)}`),
    section(words.methods, `<p>${escapeText(methodsParagraph(result))}</p>`),
    result.notices.length === 0 ? '' : section(words.notices, noticesList(result)),
    section(words.reproduce, reproducibility(project, result, words)),
  ];
  return reportPage(words.language, title, body.join('\n'));
}

function tiles(result: EncodingResult, words: ReportWords): string {
  const { subjects, params } = result;
  const named = result.group.filter((region) => region.region !== 'all voxels');
  const best = (named.length > 0 ? named : result.group).reduce((a, b) => (b.medianR > a.medianR ? b : a));
  const spread = (values: readonly number[]): string => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return low === high ? String(low) : `${low}–${high}`;
  };
  const items: [string, string][] = [
    [String(subjects.length), words.tiles.subjects],
    [String(subjects.reduce((sum, subject) => sum + subject.recordingIds.length, 0)), words.tiles.runs],
    [spread(subjects.map((subject) => subject.sampleCount)), words.tiles.volumes],
    [spread(subjects.map((subject) => subject.voxelCount)), words.tiles.voxels],
    [
      spread(subjects.map((subject) => subject.significantVoxels)),
      fill(words.tiles.significant, { level: params.fdrLevel }),
    ],
    [decimals(best.medianR, 2), `${words.tiles.best}: ${regionName(best.region, words.language)}`],
  ];
  return `<div class="tiles">${items.map(([value, label]) => `<div><b>${value}</b><span>${escapeText(label)}</span></div>`).join('')}</div>`;
}

function controlsList(result: EncodingResult, words: ReportWords): string {
  const items = result.controls.map(
    ({ id, name, meaning }) =>
      `<dt>${escapeText(words.controlNames[id] ?? name)}</dt><dd>${escapeText(words.controlMeanings[id] ?? meaning)}</dd>`,
  );
  return `<dl>${items.join('')}</dl>`;
}

function noticesList(result: EncodingResult): string {
  const sentences = [...new Set(result.notices.map((notice) => notice.message))];
  return `<ul>${sentences.map((sentence) => `<li>${escapeText(sentence)}</li>`).join('')}</ul>`;
}
