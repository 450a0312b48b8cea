import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { composeServices } from '../compose.ts';
import {
  type EyetrackingPlan,
  eyetrackingPlanSchema,
  type GazeColumnMapping,
  gazeMappingSchema,
  type ModalityReport,
  modalityReportSchema,
  type PressurePlan,
  type ProbedPressure,
  pressureMappingSchema,
  pressurePlanSchema,
} from '../contract/modality-import.ts';
import { type PresetKind, presetChoices } from '../contract/presets.ts';
import type { RatingsPlan } from '../contract/ratings-import.ts';
import { type LineMethod, lineMethodSchema } from '../contract/reading-lines.ts';
import { UserError } from '../core/errors.ts';
import { SURE_FRAMES } from '../formats/pressure/guess-frame-columns.ts';
import { gazeColumns } from '../importing/eyetracking/columns.ts';
import { probeEyetracking } from '../importing/eyetracking/probe.ts';
import { probePressure } from '../importing/pressure/probe.ts';
import type { CommandDeps } from './command.ts';
import { presetNamed } from './presets.ts';
import { runJob } from './run-job.ts';

interface NameOptions {
  readonly subject?: string;
  readonly session?: string;
  readonly task?: string;
  readonly run?: string;
  readonly preset?: string;
  readonly simulated?: boolean;
  readonly keepPersonal?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

interface PressureOptions extends NameOptions {
  readonly layout?: { rows: number; cols: number };
  readonly unit?: string;
  readonly calibration?: number;
  readonly rate?: number;
  readonly cell?: { width: number; height: number };
  readonly transpose?: boolean;
  readonly flipRows?: boolean;
  readonly flipCols?: boolean;
  readonly repair?: boolean;
  readonly time?: string;
  readonly timeUnit?: string;
  readonly cells?: { first: string; last: string };
  readonly order?: string;
  readonly threshold?: number;
}

interface GazeOptions extends NameOptions {
  readonly words?: string;
  readonly events?: string;
  readonly screen?: { widthPx: number; heightPx: number; widthMm: number; distanceMm: number };
  readonly keepBlinks?: boolean;
  readonly lines?: LineMethod[];
  readonly time?: string;
  readonly timeUnit?: string;
  readonly left?: string;
  readonly right?: string;
  readonly gaze?: string;
  readonly gazeUnit?: string;
  readonly origin?: string;
}

/** `gyrus import pressure PROJECT PATH...` and `gyrus import eyetracking PROJECT PATH...`. */
export function registerModalityImports(parent: Command, deps: CommandDeps): void {
  withNames(
    parent
      .command('pressure')
      .description(
        'pressure mats and insoles: vendor exports, PhysioNet pmd, SLP and PoPu, NumPy, plain frames',
      )
      .argument('<project>', 'project file; made where it is not there')
      .argument('<paths...>', 'files or folders')
      .option(
        '--layout <rows>x<cols>',
        'rows and columns of files and tables with one frame a line',
        pair('rows', 'cols'),
      )
      .option('--unit <unit>', 'raw, kPa, mmHg, psi, N/cm2, bar or N, where the file does not say it')
      .option('--calibration <kPa>', 'kilopascals of one unit of the file', positive)
      .option('--rate <hz>', 'frames a second', positive)
      .option('--cell <width>x<height>', 'millimetres between columns and rows', pair('width', 'height'))
      .option('--transpose', 'exchange rows and columns')
      .option('--flip-rows', 'turn upside down')
      .option('--flip-cols', 'exchange left and right')
      .option('--repair', 'replace hot and dead cells by the mean of their neighbours')
      .option('--threshold <value>', 'cells at or below are not loaded', Number)
      .option('--time <column>', 'column of time, of a table with one frame a row')
      .option('--time-unit <unit>', 's, ms, us or ns')
      .option('--cells <first,last>', 'first and last column of the cells', cellRange)
      .option('--order <order>', 'how cells stand in a row of the table: rows (row by row) or columns'),
  ).action(async (project: string, paths: string[], options: PressureOptions) => {
    const found = await probePressure(paths.map((path) => resolve(path)));
    sayDoubts(deps, found);
    const probed = found.filter((one) => {
      const doubt = unsureTable(one, options);
      if (doubt !== null) deps.err(`left out: ${doubt}\n`);
      return doubt === null;
    });
    const files = probed.flatMap(({ plan, table }) =>
      plan === null
        ? []
        : [
            {
              ...plan,
              ...frameChoices(table, options),
              ...preset(deps, 'pressure', options),
              ...names(options),
              ...pressureChoices(options),
            },
          ],
    );
    await runModalityImport(
      deps,
      project,
      'import.pressure',
      pressurePlanSchema.parse({ files: numbered(some(files, paths, 'pressure')) }),
      options,
    );
  });
  withNames(
    parent
      .command('eyetracking')
      .description('gaze: EyeLink ASC, Tobii, SMI, Gazepoint, Pupil Labs, BIDS, tables')
      .argument('<project>', 'project file; made where it is not there')
      .argument('<paths...>', 'files or folders')
      .option('--words <file>', 'table of words and their edges on the screen, for reading measures')
      .option('--events <method>', 'file, velocity (I-VT) or dispersion (I-DT)')
      .option(
        '--screen <px>x<px>x<mm>x<mm>',
        'screen width and height in pixels, width and distance in millimetres',
        screen,
      )
      .option('--time <column>', 'column of time, of a table')
      .option('--time-unit <unit>', 's, ms, us or ns')
      .option('--left <x,y,pupil>', 'columns of the left eye; the pupil may be left out')
      .option('--right <x,y,pupil>', 'columns of the right eye')
      .option('--gaze <x,y,pupil>', 'columns of gaze that is of both eyes in one')
      .option('--gaze-unit <unit>', 'px, deg, norm or mm')
      .option('--origin <place>', 'top-left, bottom-left or centre')
      .option('--keep-blinks', 'leave blinks as gaps')
      .option(
        '--lines <methods>',
        `correct vertical drift: ${lineMethodSchema.options.join(', ')}; several, joined by commas, vote`,
        lineMethods,
      ),
  ).action(async (project: string, paths: string[], options: GazeOptions) => {
    const probed = await probeEyetracking(paths.map((path) => resolve(path)));
    sayDoubts(deps, probed);
    const files = probed.flatMap(({ plan }) =>
      plan === null
        ? []
        : [{ ...plan, ...preset(deps, 'eyetracking', options), ...names(options), ...gazeChoices(options) }],
    );
    for (const file of files) file.mapping = (await mappingOf(file.path, options)) ?? file.mapping;
    await runModalityImport(
      deps,
      project,
      'import.eyetracking',
      eyetrackingPlanSchema.parse({ files: numbered(some(files, paths, 'eye-tracking')) }),
      options,
    );
  });
}

function withNames(command: Command): Command {
  return command
    .option('--subject <label>', 'subject label, where names say none')
    .option('--session <label>', 'session label')
    .option('--task <label>', 'task label')
    .option('--run <label>', 'run label')
    .option('--preset <name>', 'choices saved under that name; options given here win')
    .option('--simulated', 'mark the recordings as simulated')
    .option('--keep-personal', 'store what the header says of persons, places and times')
    .option('--dry-run', 'print the plan, store nothing')
    .option('--json', 'print one JSON object');
}

/** The choices of the preset that was asked for; none without. @throws UserError `preset.unknown` */
function preset(deps: CommandDeps, kind: PresetKind, options: NameOptions): object {
  return options.preset === undefined ? {} : presetChoices(presetNamed(deps, kind, options.preset).choices);
}

function names({ subject, session, task, run: runLabel, simulated, keepPersonal }: NameOptions): object {
  return {
    ...(subject ? { subject } : {}),
    ...(session ? { session } : {}),
    ...(task ? { task } : {}),
    ...(runLabel ? { run: runLabel } : {}),
    ...(simulated ? { simulated } : {}),
    ...(keepPersonal ? { keepPersonal } : {}),
  };
}

function pressureChoices(options: PressureOptions): object {
  const { layout, unit, calibration, rate, cell, threshold } = options;
  const { transpose = false, flipRows = false, flipCols = false } = options;
  const turned = transpose || flipRows || flipCols;
  return {
    ...(layout ? { layout } : {}),
    ...(unit ? { unit } : {}),
    ...(calibration ? { calibration } : {}),
    ...(rate ? { rate } : {}),
    ...(cell ? { cellSize: cell } : {}),
    ...(threshold === undefined ? {} : { threshold }),
    ...(options.repair ? { brokenCells: 'interpolate' } : {}),
    ...(turned ? { orientation: { transpose, flipRows, flipCols } } : {}),
  };
}

function namesColumns({ time, timeUnit, cells, order }: PressureOptions): boolean {
  return [time, timeUnit, cells, order].some((option) => option !== undefined);
}

/** Why a table whose cells are a mere guess is left out, unless the user said which they are. */
function unsureTable({ path, table, problem }: ProbedPressure, options: PressureOptions): string | null {
  if (table === null || problem !== null || table.confidence >= SURE_FRAMES) return null;
  if (namesColumns(options) || options.preset !== undefined) return null;
  const { first, last } = table.guess;
  return `${basename(path)}: its cells may be ${first} to ${last}, which is a guess: say it with --cells.`;
}

/** Columns of a table: the guess with what the options say otherwise; nothing where they say nothing. */
function frameChoices(table: ProbedPressure['table'], options: PressureOptions): object {
  const { time, timeUnit, cells, order, layout } = options;
  if (table === null || !namesColumns(options)) return {};
  const mapping = {
    ...table.guess,
    ...(time === undefined ? {} : { time }),
    ...(timeUnit === undefined ? {} : { timeUnit }),
    ...(order === undefined ? {} : { order }),
    ...cells,
  };
  // A layout that was guessed of other cells holds no longer.
  return { mapping: pressureMappingSchema.parse(mapping), layout: layout ?? null };
}

function gazeChoices({ words, events, screen: geometry, keepBlinks, lines }: GazeOptions): object {
  return {
    ...(words ? { wordsPath: resolve(words) } : {}),
    ...(events ? { events: { method: events } } : {}),
    ...(geometry ? { screen: geometry } : {}),
    ...(keepBlinks ? { blinks: 'keep' } : {}),
    ...(lines ? { lines: { methods: lines } } : {}),
  };
}

/** The guess at a table's columns with what the options say otherwise; null where they say nothing. */
async function mappingOf(path: string, options: GazeOptions): Promise<GazeColumnMapping | null> {
  const { time, timeUnit, left, right, gaze, gazeUnit, origin } = options;
  const given = [time, timeUnit, left, right, gaze, gazeUnit, origin].some((option) => option !== undefined);
  if (!given) return null;
  const eyes = Object.entries({ left, right, cyclopean: gaze }).flatMap(([eye, columns]) => {
    if (columns === undefined) return [];
    const [x = '', y = '', pupil = null] = columns.split(',').map((column) => column.trim());
    return [{ eye, x, y, pupil, validity: null }];
  });
  const guess = (await gazeColumns(path))?.guess ?? {
    format: 'gaze-table',
    timeUnit: 'ms',
    time: null,
    unit: 'px',
    origin: 'top-left',
    only: null,
    confidence: null,
    fixations: null,
    message: null,
    eyes: [],
  };
  return gazeMappingSchema.parse({
    ...guess,
    ...(time === undefined ? {} : { time }),
    ...(timeUnit === undefined ? {} : { timeUnit }),
    ...(gazeUnit === undefined ? {} : { unit: gazeUnit }),
    ...(origin === undefined ? {} : { origin }),
    ...(eyes.length === 0 ? {} : { eyes }),
    guessed: [],
  });
}

/** Says of every file that cannot be imported why. */
export function sayDoubts(
  deps: CommandDeps,
  probed: readonly { path: string; problem: { message: string } | null }[],
): void {
  for (const { problem } of probed) if (problem !== null) deps.err(`left out: ${problem.message}\n`);
}

/** The files, or the refusal that there are none. @throws UserError `import.nothing-found` */
export function some<T>(files: readonly T[], paths: readonly string[], what: string): readonly T[] {
  if (files.length > 0) return files;
  throw new UserError(
    'import.nothing-found',
    `Nothing under ${paths.join(', ')} can be imported as ${what}.`,
    { path: paths.join(', '), what },
  );
}

/** Files that share all their names are told apart by run numbers. */
function numbered<T extends { subject: string; session: string | null; task: string; run: string | null }>(
  files: readonly T[],
): T[] {
  const key = ({ subject, session, task, run: runLabel }: T): string =>
    JSON.stringify([subject, session, task, runLabel]);
  const counts = new Map<string, number>();
  for (const file of files) counts.set(key(file), (counts.get(key(file)) ?? 0) + 1);
  const used = new Map<string, number>();
  return files.map((file) => {
    if ((counts.get(key(file)) ?? 0) < 2 || file.run !== null) return file;
    const number = (used.get(key(file)) ?? 0) + 1;
    used.set(key(file), number);
    return { ...file, run: String(number) };
  });
}

/** Runs an import job in a project that is made where it is not there, and says what came of it. */
export async function runModalityImport(
  deps: CommandDeps,
  project: string,
  type: string,
  plan: PressurePlan | EyetrackingPlan | RatingsPlan,
  options: Pick<NameOptions, 'dryRun' | 'json'>,
): Promise<void> {
  if (options.dryRun) {
    deps.out(`${JSON.stringify(plan, null, options.json ? 0 : 2)}\n`);
    return;
  }
  const services = await composeServices({ paths: deps.paths, logger: deps.logger });
  const path = resolve(project);
  const session = services.openSession(path, existsSync(path) ? 'open' : 'create');
  try {
    const report = modalityReportSchema.parse(await runJob(session, type, plan, deps));
    deps.out(options.json ? `${JSON.stringify(report)}\n` : readable(report));
  } finally {
    await session.close();
  }
}

function readable({ recordings, failed, seconds }: ModalityReport): string {
  const lines = recordings.flatMap(({ label, samples, summary, notices }) => [
    `  ${label}: ${samples} samples, ${summary}`,
    ...notices.filter(({ level }) => level !== 'info').map(({ message }) => `    ${message}`),
  ]);
  const refused = failed.map(({ path, error }) => `  ${basename(path)} was not imported: ${error.message}`);
  return `${[`Imported ${recordings.length} recordings in ${seconds.toFixed(1)} s`, ...lines, ...refused].join('\n')}\n`;
}

function numbersOf(text: string, count: number): number[] {
  const numbers = text.split(/[x×]/i).map(Number);
  if (numbers.length !== count || !numbers.every((value) => value > 0)) {
    throw new InvalidArgumentError(`It must be ${count} numbers over 0 with x between them.`);
  }
  return numbers;
}

function pair<A extends string, B extends string>(
  first: A,
  second: B,
): (text: string) => Record<A | B, number> {
  return (text) => {
    const [a, b] = numbersOf(text, 2);
    return { [first]: a, [second]: b } as Record<A | B, number>;
  };
}

function screen(text: string): { widthPx: number; heightPx: number; widthMm: number; distanceMm: number } {
  const [widthPx, heightPx, widthMm, distanceMm] = numbersOf(text, 4);
  return { widthPx, heightPx, widthMm, distanceMm };
}

function cellRange(text: string): { first: string; last: string } {
  const [first = '', last = '', ...more] = text.split(',').map((name) => name.trim());
  if (first === '' || last === '' || more.length > 0)
    throw new InvalidArgumentError('It must be two names of columns with a comma between them.');
  return { first, last };
}

function lineMethods(text: string): LineMethod[] {
  const parsed = lineMethodSchema.array().safeParse(text.split(',').map((name) => name.trim()));
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(`It must be of ${lineMethodSchema.options.join(', ')}.`);
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number over 0.');
  return value;
}
