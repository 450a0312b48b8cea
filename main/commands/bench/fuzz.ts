import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { npyBytes } from '../../formats/npy/npy.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import type { CommandDeps } from '../command.ts';
import { mutate } from './fuzz/mutate.ts';
import { ReaderProcess, type ReadOutcome } from './fuzz/reader-process.ts';

/** Samples above this are cut to it first: damage is found in small files as well, and sooner. */
const LARGEST = 256 << 10;
/** Files beside a sample that belong to it (headers, markers, binary halves) are copied up to this size. */
const LARGEST_COMPANION = 1 << 20;

interface Failure {
  readonly sample: string;
  readonly kept: string;
  readonly outcome: ReadOutcome;
}

/**
 * Damages sample files at random and has every reader read them in a process of its own: each outcome must be a value
 * or a refusal, within 10 seconds and 1 GB. Failing files are kept, so that they become tests. How often each kind of
 * damage was done and each reader was reached is told too.
 * Settings: minutes (1), seed (1), samples (../shared/samples), only (part of a path), keep (test/fixtures/fuzz),
 * seconds (10).
 */
export async function bench(
  deps: CommandDeps,
  settings: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const root = settings.samples ?? '../shared/samples';
  if (!existsSync(root)) {
    throw new UserError(
      'bench.no-samples',
      `There are no sample files at ${root}: name their folder with --set samples=FOLDER.`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'gyrus-fuzz-'));
  const samples = [...sampleFiles(root), ...madeFiles(folder)].filter((path) =>
    path.includes(settings.only ?? ''),
  );
  if (samples.length === 0)
    throw new UserError(
      'bench.no-samples',
      `No sample files under ${root} have ${settings.only} in their path.`,
    );
  const random = createRandom(Number(settings.seed ?? 1));
  const below = (bound: number): number => Math.floor(random.uniform() * bound);
  const limits = { milliseconds: Number(settings.seconds ?? 10) * 1000, megabytes: 1000 };
  const reader = new ReaderProcess(limits);
  const keep = settings.keep ?? 'test/fixtures/fuzz';
  const counts = { files: 0, values: 0, refused: 0 };
  const [codes, mutations, readers]: Record<string, number>[] = [{}, {}, {}];
  const failures = new Map<string, Failure>();
  const until = Date.now() + Number(settings.minutes ?? 1) * 60_000;
  try {
    while (Date.now() < until && !deps.signal.aborted) {
      const sample = samples[below(samples.length)];
      const { bytes: damaged, kinds } = mutate(readFileSync(sample), below, LARGEST);
      const outcome = await reader.read(place(folder, sample, damaged));
      counts.files += 1;
      for (const kind of kinds) count(mutations, kind);
      count(readers, 'reader' in outcome ? outcome.reader : 'not known');
      if (outcome.kind === 'value') counts.values += 1;
      else if (outcome.kind === 'refused') {
        counts.refused += 1;
        count(codes, outcome.code);
      } else {
        const key = failureKey(outcome);
        if (failures.has(key)) continue;
        const smaller = await shrink(
          damaged,
          async (bytes) => failureKey(await reader.read(place(folder, sample, bytes))) === key,
        );
        const kept = store(keep, sample, smaller);
        failures.set(key, { sample: relative(root, sample), kept, outcome });
        deps.err(`${relative(root, sample)}: ${key}, kept as ${kept}\n`);
      }
    }
  } finally {
    reader.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    seed: Number(settings.seed ?? 1),
    samples: samples.length,
    ...counts,
    failures: [...failures.values()],
    mutations,
    readers,
    refusals: codes,
  };
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function sampleFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, name))
    .filter((path) => statSync(path).isFile() && !/truth\.json$|SOURCES\.tsv$|\.png$/.test(path))
    .sort();
}

/** Files of formats that may have no sample: an array of NumPy, and an archive of one. */
function madeFiles(folder: string): string[] {
  const numbers = npyBytes({ shape: [4, 5], data: Float64Array.from({ length: 20 }, (_, at) => at / 7) });
  const archive =
    'UEsDBC0AAAAIAAAAIQBP6QAq//////////8FABQAYS5ucHkBABAAmAAAAAAAAABVAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CsaaOgq1CmQDLgYwaLAHEg5ABMQNQLzAAQBQSwECLQMtAAAACAAAACEAT+kAKlUAAACYAAAABQAAAAAAAAAAAAAAgAEAAAAAYS5ucHlQSwUGAAAAAAEAAQAzAAAAjAAAAAAA';
  const files = { 'made.npy': numbers, 'made.npz': Buffer.from(archive, 'base64') };
  const home = join(folder, 'made');
  mkdirSync(home);
  return Object.entries(files).map(([name, bytes]) => {
    writeFileSync(join(home, name), bytes);
    return join(home, name);
  });
}

/**
 * Writes the damaged file under its own name, beside copies of the small files that lay beside it. Of a CTF dataset,
 * which is a folder, a copy with the damaged file in it is made.
 */
function place(folder: string, sample: string, bytes: Uint8Array): string {
  if (dirname(sample).endsWith('.ds')) return placeInDataset(folder, sample, bytes);
  const home = join(folder, createHash('sha1').update(dirname(sample)).digest('hex').slice(0, 12));
  if (!existsSync(home)) {
    mkdirSync(home);
    const stem = (name: string): string => name.split('.')[0];
    for (const name of readdirSync(dirname(sample))) {
      const path = join(dirname(sample), name);
      const info = statSync(path);
      if (info.isFile() && info.size <= LARGEST_COMPANION && stem(name) !== '')
        cpSync(path, join(home, name), { mode: 0 });
    }
  }
  const path = join(home, `damaged-${basename(sample)}`);
  rmSync(path, { force: true });
  writeFileSync(path, bytes);
  return path;
}

function placeInDataset(folder: string, sample: string, bytes: Uint8Array): string {
  const home = join(folder, basename(dirname(sample)));
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home);
  for (const name of readdirSync(dirname(sample))) {
    const path = join(dirname(sample), name);
    if (path !== sample) symlinkSync(resolve(path), join(home, name));
  }
  writeFileSync(join(home, basename(sample)), bytes);
  return home;
}

function failureKey(outcome: ReadOutcome): string {
  switch (outcome.kind) {
    case 'fault':
    case 'crash': {
      const [message, ...stack] = outcome.message.split('\n');
      const where = stack.find((line) => line.includes('/main/')) ?? '';
      return `${outcome.kind} ${message.replace(/\d+/g, 'n').slice(0, 80)} ${/main\/[^)]*?\.ts:\d+/.exec(where)?.[0] ?? ''}`.trim();
    }
    default:
      return outcome.kind;
  }
}

/** Cuts pieces off the end and the start for as long as the failure stays; a few dozen tries. */
async function shrink(
  bytes: Uint8Array,
  fails: (bytes: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let best = bytes;
  for (let part = best.length >> 1; part >= 16 && part > best.length / 64; part >>= 1) {
    while (best.length > part && (await fails(best.subarray(0, best.length - part))))
      best = best.slice(0, best.length - part);
  }
  return best;
}

function store(keep: string, sample: string, bytes: Uint8Array): string {
  mkdirSync(keep, { recursive: true });
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 10);
  const path = join(keep, `${hash}-${basename(sample)}`);
  writeFileSync(path, bytes);
  return path;
}
