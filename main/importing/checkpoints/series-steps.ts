import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../../core/errors.ts';

/** A folder of a series and the step that its name tells. */
export interface SeriesFolder {
  readonly folder: string;
  readonly step: number;
}

/** step1000, step_1000, global_step1000, checkpoint-1000, ckpt-1000, iter_1000 — or any name that ends in a number. */
const NAMES = [/(?:step|checkpoint|ckpt|iter(?:ation)?)[-_=]?(\d+)/i, /(\d+)$/];

/** Step that a folder's name tells, or null. */
export function stepOf(folder: string): number | null {
  const name = basename(folder);
  const digits = NAMES.map((pattern) => pattern.exec(name)?.[1]).find((found) => found !== undefined);
  const step = Number(digits ?? Number.NaN);
  return Number.isSafeInteger(step) ? step : null;
}

/**
 * The folders of a series by step. A folder that is no model itself stands for the models in it.
 * @throws UserError `series.no-folder`, `series.no-step`, `series.same-step`, `series.empty`
 */
export function findSeries(paths: readonly string[]): SeriesFolder[] {
  const folders = paths.map((path) => resolve(path)).flatMap(modelsIn);
  const series = folders.map((folder) => {
    const step = stepOf(folder);
    if (step !== null) return { folder, step };
    throw new UserError(
      'series.no-step',
      `${basename(folder)} does not tell its step: name the folders step1000 or checkpoint-1000.`,
      { folder: basename(folder) },
    );
  });
  series.sort((a, b) => a.step - b.step);
  for (const [at, { step, folder }] of series.entries()) {
    if (series[at + 1]?.step !== step) continue;
    const other = series[at + 1].folder;
    throw new UserError('series.same-step', `${folder} and ${other} both tell step ${step}: leave one out.`, {
      folder,
      other,
      step,
    });
  }
  return series;
}

function modelsIn(folder: string): string[] {
  const isModel = (path: string) => existsSync(join(path, 'config.json'));
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new UserError('series.no-folder', `There is no folder ${folder}.`, { folder });
  }
  if (isModel(folder)) return [folder];
  const inside = readdirSync(folder)
    .map((name) => join(folder, name))
    .filter(isModel);
  if (inside.length > 0) return inside;
  throw new UserError(
    'series.empty',
    `${folder} holds no models: a series is folders with config.json and weights.`,
    { folder },
  );
}
