import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { inspectFile } from '../../formats/inspect/inspect-file.ts';
import { ensureBuilt } from '../../shells/start/build.ts';
import type { CommandDeps } from '../command.ts';
import { startMeasuring } from './measure.ts';
import { runRival } from './python-rival.ts';
import { makeLargeFiles } from './readers/large-files.ts';
import { type MeasuredFormat, measuredFormats, readWithRival } from './readers/rivals.ts';
import { runSelf } from './run-self.ts';

/** Rounds over the files after one that does not count; the best one is told. */
const ROUNDS = 3;

/** What either side is told to read. */
interface Task {
  readonly format: string;
  readonly paths: readonly string[];
  /** A small sample, or empty. */
  readonly small: string;
  readonly rounds: number;
  /** When the process was started, in milliseconds of the clock. */
  readonly started: number;
}

/** What either side tells. */
interface Side {
  readonly figures: Readonly<Record<string, number>>;
  /** From the start of the process to having read a small sample. */
  readonly coldSeconds: number | null;
  /** The first reading of the large files, compiling and loading included. */
  readonly firstSeconds: number;
  readonly bestSeconds: number;
  readonly peakMB: number;
}

/**
 * Throughput and peak memory of every reader beside the Python library of its format. Both read the same large files
 * whole, which that library wrote, and compute the same statistics, which are compared; each in a process of its own,
 * ours from the bundles that the product runs. Small files are no measure: there the start of the process decides,
 * which is told apart (`cold`).
 * Settings: samples (../shared/samples), only (formats, separated by commas), task (set by the bench itself).
 */
export async function bench(
  deps: CommandDeps,
  settings: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  if (settings.task !== undefined) return { ...(await readAll(JSON.parse(settings.task))) };
  const samples = settings.samples ?? '../shared/samples';
  if (!existsSync(samples)) {
    throw new UserError(
      'bench.no-samples',
      `There are no sample files at ${samples}: name their folder with --set samples=FOLDER.`,
    );
  }
  await ensureBuilt(deps.paths.root, (line) => deps.err(`${line}\n`));
  const wanted =
    settings.only?.split(',') ??
    Object.keys(measuredFormats).filter((format) => !measuredFormats[format].onlyNamed);
  const rows: Record<string, unknown>[] = [];
  for (const [format, one] of Object.entries(measuredFormats)) {
    if (!wanted.includes(format)) continue;
    const row = await measure(format, one, samples, deps);
    rows.push(row);
    deps.err(`${Object.values(row).join('\t')}\n`);
  }
  return { rows };
}

async function measure(
  format: string,
  { small, library, figures }: MeasuredFormat,
  samples: string,
  deps: CommandDeps,
): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), 'gyrus-readers-'));
  try {
    const made = await runRival(makeLargeFiles, { format, folder, samples }, 1, deps.signal);
    if (made.missing !== undefined) return { format, library, missing: made.missing };
    const task = (): Task => ({
      format,
      paths: made.paths as string[],
      small: small === '' ? '' : join(samples, small),
      rounds: ROUNDS,
      started: Date.now(),
    });
    const megabytes = (await Promise.all(task().paths.map(bytesOf))).reduce((sum, one) => sum + one, 0) / 1e6;
    const ours = sideOf(
      await runSelf('readers', { task: JSON.stringify(task()) }, deps, [
        join(deps.paths.root, 'out/main/cli.js'),
      ]),
    );
    const rival = await runRival(readWithRival, task(), 1, deps.signal);
    const told = {
      format,
      MB: round(megabytes),
      ours_s: round(ours.bestSeconds),
      ours_peak_MB: Math.round(ours.peakMB),
      ours_first_s: round(ours.firstSeconds),
      ours_cold_s: round(ours.coldSeconds),
      library,
    };
    if (rival.missing !== undefined) return { ...told, missing: rival.missing };
    const theirs = sideOf(rival);
    return {
      ...told,
      rival_s: round(theirs.bestSeconds),
      rival_peak_MB: Math.round(theirs.peakMB),
      rival_first_s: round(theirs.firstSeconds),
      rival_cold_s: round(theirs.coldSeconds),
      timesFaster: round(theirs.bestSeconds / ours.bestSeconds),
      memoryShare: round(ours.peakMB / theirs.peakMB),
      differing: differing(figures, ours.figures, theirs.figures),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a process printed. @throws UserError `bench.failed` where it is no measurement */
function sideOf(printed: unknown): Side {
  if (typeof printed === 'object' && printed !== null && 'bestSeconds' in printed) return printed as Side;
  throw new UserError('bench.failed', `The process ended without a measurement: ${JSON.stringify(printed)}`);
}

const round = (value: number | null): number | null => (value === null ? null : Number(value.toFixed(3)));

/** Figures that do not agree (relative 1e-4, as libraries sum float32 in float32); empty when both sides did the same. */
function differing(
  names: readonly string[],
  ours: Readonly<Record<string, number>>,
  theirs: Readonly<Record<string, number>>,
): string[] {
  return names.filter((name) => {
    const [a, b] = [ours[name], theirs[name]];
    return !(Math.abs(a - b) <= 1e-4 * Math.max(Math.abs(a), Math.abs(b)));
  });
}

async function bytesOf(path: string): Promise<number> {
  const info = statSync(path);
  const beside = path.replace(/\.(set|vhdr)$/, (_, end: string) => (end === 'set' ? '.fdt' : '.eeg'));
  if (!info.isDirectory())
    return info.size + (beside !== path && existsSync(beside) ? statSync(beside).size : 0);
  const sizes = (await readdir(path)).map((name) => statSync(join(path, name)).size);
  return sizes.reduce((sum, one) => sum + one, 0);
}

async function readAll({ format, paths, small, rounds, started }: Task): Promise<Side> {
  const stop = startMeasuring();
  let coldSeconds: number | null = null;
  if (small !== '') {
    await inspectFile(small, true);
    coldSeconds = (Date.now() - started) / 1000;
  }
  const times: number[] = [];
  let result: Record<string, unknown> = {};
  for (let round = 0; round <= rounds; round++) {
    const began = performance.now();
    for (const path of paths) result = await inspectFile(path, true);
    times.push((performance.now() - began) / 1000);
  }
  const figures = measuredFormats[format].figures.map((name) => [name, Number(at(result, name))]);
  return {
    figures: Object.fromEntries(figures),
    coldSeconds,
    firstSeconds: times[0],
    bestSeconds: Math.min(...times.slice(1)),
    peakMB: stop().peakMB,
  };
}

/** The value behind names with points between them; names themselves hold none. */
function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}
