import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandDeps } from '../command.ts';
import { type ImportMeasurement, measuredImport } from './measured-import.ts';
import { type BenchSeries, writeBenchSeries } from './series.ts';

/**
 * Generates a 4D .nii.gz (1 GB unpacked unless `mb` says otherwise), imports it in a process of its own with an
 * automatic mask, and times `gunzip -c` of the same file into nothing as the rival, before and after. Settings: `mb`, `dtype`
 * (int16, float32), `keep` (a folder that keeps the series).
 */
export async function bench(
  deps: CommandDeps,
  settings: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  if (settings.measure) return { ...(await measuredImport(settings.image, settings.project)) };
  const folder = settings.keep ?? (await mkdtemp(join(tmpdir(), 'gyrus-bench-')));
  const image = join(folder, 'sub-01_task-bench_bold.nii.gz');
  try {
    const series = await ensureSeries(deps, image, settings);
    const unpackedMb = series.bytes / 1e6;
    // One reading beforehand, so that both find the file in the page cache.
    for await (const _ of createReadStream(image, { highWaterMark: 1 << 20 }));
    const before = await timeGunzip(image);
    const measured = await measureImport(image, join(folder, `bench-${process.pid}.gyrus`));
    // Before and after, so that other work on the machine weighs on both sides.
    const gunzipSeconds = (before + (await timeGunzip(image))) / 2;
    return {
      series: {
        megabytes: unpackedMb,
        compressed_megabytes: (await stat(image)).size / 1e6,
        shape: series.shape,
        dtype: series.dtype,
      },
      seconds: measured.seconds,
      megabytes_per_second: unpackedMb / measured.seconds,
      peak_resident_mb: measured.peakResidentMb,
      voxels_kept: measured.voxels,
      stored_megabytes: measured.storedMb,
      rival: {
        name: 'gunzip -c > /dev/null',
        seconds: gunzipSeconds,
        megabytes_per_second: unpackedMb / gunzipSeconds,
      },
      throughput_ratio: gunzipSeconds / measured.seconds,
      goals: { throughput_ratio: 0.8, peak_resident_mb: 300 },
      met: gunzipSeconds / measured.seconds >= 0.8 && measured.peakResidentMb < 300,
    };
  } finally {
    if (settings.keep === undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function ensureSeries(
  deps: CommandDeps,
  image: string,
  settings: Readonly<Record<string, string>>,
): Promise<BenchSeries> {
  const wanted = {
    megabytes: Number(settings.mb ?? 1000),
    dtype: settings.dtype === 'float32' ? 'float32' : 'int16',
  } as const;
  deps.err(`Writing a series of ${wanted.megabytes} MB …\n`);
  return writeBenchSeries(image, wanted);
}

/** Seconds that gunzip takes to unpack the file into nothing. */
async function timeGunzip(path: string): Promise<number> {
  const start = performance.now();
  const child = spawn('gunzip', ['-c', path], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`gunzip ended with ${code}`);
  return (performance.now() - start) / 1000;
}

async function measureImport(image: string, project: string): Promise<ImportMeasurement> {
  // The same program again, so that it works from source and from a bundle.
  const settings = ['measure=yes', `image=${image}`, `project=${project}`];
  const child = fork(process.argv[1], ['bench', 'import', '--json', '--set', ...settings], { silent: true });
  child.stderr?.pipe(process.stderr);
  const answer: Buffer[] = [];
  child.stdout?.on('data', (piece: Buffer) => answer.push(piece));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`The measured import ended with ${code}`);
  return JSON.parse(Buffer.concat(answer).toString());
}
