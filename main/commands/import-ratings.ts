import { resolve } from 'node:path';
import type { Command } from 'commander';
import { presetChoices } from '../contract/presets.ts';
import {
  type PlannedRatings,
  plannedRatingsSchema,
  type RatingsMapping,
  type RatingsPreview,
  ratingsPlanSchema,
} from '../contract/ratings-import.ts';
import { UserError } from '../core/errors.ts';
import { previewRatings } from '../importing/ratings/preview.ts';
import { probeRatings } from '../importing/ratings/probe.ts';
import type { CommandDeps } from './command.ts';
import { runModalityImport, sayDoubts, some } from './import-modalities.ts';
import { presetNamed } from './presets.ts';
import { textTable } from './text-table.ts';

interface Options {
  readonly sheet?: string;
  readonly name?: string;
  readonly language?: string;
  readonly word?: string;
  readonly rater?: string;
  readonly dimension?: string;
  readonly value?: string;
  readonly columns?: RatingsMapping['dimensions'];
  readonly preset?: string;
  readonly keepGaps?: boolean;
  readonly simulated?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `gyrus import ratings PROJECT FILE...`. */
export function registerRatingsImport(parent: Command, deps: CommandDeps): void {
  parent
    .command('ratings')
    .description(
      'ratings and norms of words: CSV, TSV, Excel or MATLAB tables, wide or long, of one or several raters',
    )
    .argument('<project>', 'project file; made where it is not there')
    .argument('<paths...>', 'tables, or folders of them')
    .option('--word <column>', 'column of the words')
    .option('--rater <column>', 'column that names the rater of a row')
    .option('--dimension <column>', 'column that names the dimension of a row (with --value)')
    .option('--value <column>', 'column of the ratings of a long table (with --dimension)')
    .option(
      '--columns <names>',
      'columns to take: "valence,arousal", or "valence=v1+v2+v3" for one column a rater',
      dimensionsOf,
    )
    .option('--sheet <name>', 'sheet of a workbook')
    .option('--name <text>', 'name of the ratings; the file’s own where left out')
    .option('--language <tag>', 'language of the words: en, zh')
    .option('--preset <name>', 'choices saved under that name; options given here win')
    .option('--keep-gaps', 'keep words that lack a value on some dimension')
    .option('--simulated', 'mark the ratings as simulated')
    .option('--dry-run', 'print what was found and the plan, store nothing')
    .option('--json', 'print one JSON object')
    .action(async (project: string, paths: string[], options: Options) => {
      const probed = await probeRatings(paths.map((path) => resolve(path)));
      sayDoubts(deps, probed);
      const remembered =
        options.preset === undefined
          ? {}
          : presetChoices(presetNamed(deps, 'ratings', options.preset).choices);
      const files = probed.flatMap(({ plan }) =>
        plan === null ? [] : [adjusted(plannedRatingsSchema.parse({ ...plan, ...remembered }), options)],
      );
      const plan = ratingsPlanSchema.parse({ files: some(files, paths, 'ratings') });
      if (!options.json) for (const file of plan.files) deps.out(await described(file));
      await runModalityImport(deps, project, 'import.ratings', plan, options);
    });
}

function adjusted(plan: PlannedRatings, options: Options): PlannedRatings {
  const { word, rater, dimension, value, columns } = options;
  if ((dimension === undefined) !== (value === undefined)) {
    throw new UserError('ratings.long-options', 'Long tables need both --dimension and --value.');
  }
  const guess = plan.mapping;
  const named = word ?? guess?.word;
  const given = [word, rater, dimension, columns].some((option) => option !== undefined);
  const mapping =
    given && named !== undefined
      ? {
          word: named,
          rater: rater ?? guess?.rater ?? null,
          long:
            dimension !== undefined && value !== undefined
              ? { dimension, value }
              : columns === undefined
                ? (guess?.long ?? null)
                : null,
          dimensions: columns ?? (dimension === undefined ? (guess?.dimensions ?? []) : []),
        }
      : guess;
  return plannedRatingsSchema.parse({
    ...plan,
    mapping,
    ...(options.sheet ? { sheet: options.sheet } : {}),
    ...(options.name ? { name: options.name } : {}),
    ...(options.language ? { language: options.language } : {}),
    ...(options.keepGaps ? { incomplete: 'keep' } : {}),
    ...(options.simulated ? { simulated: true } : {}),
  });
}

async function described(plan: PlannedRatings): Promise<string> {
  const { words, raters, dimensions, notices }: RatingsPreview = await previewRatings(plan);
  const figure = (value: number | null | undefined, digits = 2): string =>
    value === null || value === undefined ? '–' : value.toFixed(digits);
  const table = textTable([
    ['dimension', 'mean', 'sd', 'range', 'spread', 'ratings', 'ICC(2,k)', 'alpha', 'ICC(1,k)'],
    ...dimensions.map(({ name, mean, sd, lowest, highest, raterSd, ratings, agreement }) => [
      name,
      figure(mean),
      figure(sd),
      `${figure(lowest)}–${figure(highest)}`,
      figure(raterSd),
      ratings === null ? '–' : [...new Set(ratings)].join('–'),
      figure(agreement?.icc2k, 3),
      figure(agreement?.alpha, 3),
      figure(agreement?.icc1k, 3),
    ]),
  ]);
  const doubts = notices.map(({ message }) => `! ${message}\n`).join('');
  return `${plan.name}: ${words} words${raters === null ? '' : `, ${raters} raters`}\n${table}${doubts}`;
}

function dimensionsOf(text: string): RatingsMapping['dimensions'] {
  return text.split(',').map((part) => {
    const [name, columns = name] = part.split('=').map((side) => side.trim());
    return { name, columns: columns.split('+').map((column) => column.trim()), sd: null, n: null };
  });
}
