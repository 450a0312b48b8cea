import { composeServices } from '../compose.ts';
import {
  type MulcogParams,
  type MulcogResult,
  mulcogParamsSchema,
  mulcogResultSchema,
} from '../contract/mulcog.ts';
import { UserError } from '../core/errors.ts';
import type { Project } from '../data/project.ts';
import type { CommandDeps } from './command.ts';
import { runJob } from './run-job.ts';
import { textTable } from './text-table.ts';

/** Options of `gyrus study run mulcog`. */
export interface MulcogFlags {
  readonly models?: string;
  readonly sets?: string;
  readonly shuffles?: number;
  readonly intersect?: boolean;
  readonly folds: number;
  readonly lookBack?: number;
  readonly words?: string;
  readonly responseDelays?: string;
  readonly seed?: number;
}

/** Parameters from flags. @throws UserError `mulcog.no-sets`, `study.params` */
export function mulcogParams(project: Project, flags: MulcogFlags): MulcogParams {
  const wanted = flags.sets?.split(',');
  const sets = project.itemSets
    .list()
    .filter(({ name }) => wanted === undefined || wanted.some((part) => name.includes(part)));
  if (sets.length === 0) {
    throw new UserError(
      'mulcog.no-sets',
      'This project has no cognitive data of that choice; import some first: gyrus import mulcog.',
    );
  }
  const given = {
    models: flags.models?.split(','),
    shuffles: flags.shuffles,
    words: flags.words,
    responseDelays: flags.responseDelays?.split(',').map(Number),
    intersect: flags.intersect,
    folds: flags.folds,
    lookBackWords: flags.lookBack,
    seed: flags.seed,
  };
  const parsed = mulcogParamsSchema.safeParse({
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    setIds: sets.map(({ id }) => id),
  });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UserError('study.params', `The study cannot take ${issue.path.join('.')}: ${issue.message}.`, {
    parameter: issue.path.join('.'),
  });
}

/** `gyrus study run mulcog`. */
export async function runMulcogStudy(
  deps: CommandDeps,
  path: string,
  flags: MulcogFlags,
  json: boolean,
): Promise<string> {
  const services = await composeServices({ paths: deps.paths, logger: deps.logger });
  const session = services.openSession(path, 'open');
  try {
    const params = mulcogParams(session.project, flags);
    await runJob(session, 'study.mulcog', params, deps);
    return showMulcog(session.project, session.project.runs.list({ study: 'mulcog' })[0].id, json);
  } finally {
    await session.close();
  }
}

/** `gyrus study show` of a MulCogBench run. @throws UserError `run.unknown`, `study.unfinished` */
export function showMulcog(project: Project, id: string, json: boolean): string {
  const run = project.runs.get(id);
  if (run.state !== 'complete') {
    throw new UserError('study.unfinished', `Run ${id} is ${run.state}; there is nothing to show yet.`, {
      run: id,
      state: run.state,
    });
  }
  const result = mulcogResultSchema.parse(run.summary);
  return json ? `${JSON.stringify({ run: id, ...result })}\n` : describe(id, result);
}

const number = (value: number | null | undefined): string =>
  value === null || value === undefined ? '-' : value.toFixed(3);

function describe(id: string, result: MulcogResult): string {
  const languages = [...new Set(result.kinds.map(({ language }) => language))];
  return [
    `${id}${result.simulated ? ': SIMULATED DATA' : ''}\n`,
    ...languages.flatMap((language) => [
      `\nmean r above shuffled embeddings, ${language}\n`,
      heatTable(result, language),
    ]),
    '\nscore of shuffled embeddings, after the bias that the other half of the shuffles shows was taken off (must be within .03 of 0)\n',
    shuffledTable(result),
    '\nlayer chosen on inner folds\n',
    choiceTable(result),
    '\ngain of the deepest over the lowest layer, fMRI minus MEG in stories (above 0: shallow with MEG, deep with fMRI)\n',
    contrastTable(result),
    '\ncontext-aware minus context-free\n',
    growthTable(result),
    result.languages === null
      ? ''
      : `\n${result.languages.first} and ${result.languages.second} agree at r = ${number(result.languages.r)} over ${result.languages.cells} cells (p = ${result.languages.p.toFixed(4)})\n`,
    ...[...new Set(result.notices.map(({ message }) => message))].map((message) => `! ${message}\n`),
  ].join('');
}

function heatTable({ kinds, models, cells }: MulcogResult, language: string): string {
  const own = kinds.filter((kind) => kind.language === language);
  const rows = models.flatMap((model) =>
    model.layers.map((layer) => [
      `${model.id} ${layer}`,
      ...own.map((kind) =>
        number(
          cells.find((cell) => cell.kind === kind.id && cell.model === model.id && cell.layer === layer)
            ?.mean,
        ),
      ),
    ]),
  );
  return textTable([
    ['', ...own.map(({ level, modality }) => `${level} ${modality}`)],
    ...rows,
    ['subjects’ ceiling', ...own.map(({ ceiling }) => number(ceiling?.value))],
    ['mean pattern', ...own.map(({ meanPattern }) => number(meanPattern.itemwise))],
    ['mean pattern, trial-wise', ...own.map(({ meanPattern }) => number(meanPattern.trialwise))],
  ]);
}

function shuffledTable({ kinds, models, cells }: MulcogResult): string {
  return textTable([
    ['', ...kinds.map(({ id }) => id)],
    ...models.flatMap((model) =>
      model.layers.map((layer) => [
        `${model.id} ${layer}`,
        ...kinds.map((kind) =>
          number(
            cells.find((cell) => cell.kind === kind.id && cell.model === model.id && cell.layer === layer)
              ?.shuffled,
          ),
        ),
      ]),
    ),
  ]);
}

function choiceTable({ kinds }: MulcogResult): string {
  return textTable([
    ['kind', 'model', 'layer', 'share', 'r', '95 %', 'content words', 'delay (s)'],
    ...kinds.flatMap(({ id, choices }) =>
      choices.map((choice) => [
        id,
        choice.model,
        choice.layer,
        choice.share.toFixed(2),
        number(choice.mean),
        `${number(choice.low)} … ${number(choice.high)}`,
        number(choice.contentShare),
        number(choice.delay),
      ]),
    ),
  ]);
}

function contrastTable({ contrasts }: MulcogResult): string {
  return textTable([
    ['language', 'model', 'difference', '95 %', 'best layer by kind'],
    ...contrasts.map(({ language, model, mean, low, high, depth }) => [
      language,
      model,
      number(mean),
      `${number(low)} … ${number(high)}`,
      depth.map(({ kind, best }) => `${kind} ${best}`).join(', '),
    ]),
  ]);
}

function growthTable({ growth }: MulcogResult): string {
  return textTable([
    ['kind', 'context-aware', 'context-free', 'difference', '95 %'],
    ...growth.map((row) => [
      row.kind,
      number(row.contextual),
      number(row.static),
      number(row.difference.mean),
      `${number(row.difference.low)} … ${number(row.difference.high)}`,
    ]),
  ]);
}
