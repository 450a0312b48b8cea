import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type SplitManifest, splitHash } from '../../analysis/splits/split-manifest.ts';
import { writeNpy } from '../../formats/npy/npy.ts';

/** Writes NAME.npy for every vector or matrix given. */
export async function writeArrays(
  folder: string,
  arrays: Readonly<Record<string, { readonly shape: number[]; readonly data: Float32Array | Float64Array }>>,
): Promise<void> {
  for (const [name, array] of Object.entries(arrays)) await writeNpy(join(folder, `${name}.npy`), array);
}

/** Writes summary.json. */
export async function writeSummary(folder: string, summary: object): Promise<void> {
  await writeFile(join(folder, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
}

/** Writes split.json: the folds and their hash. */
export async function writeSplit(folder: string, split: SplitManifest): Promise<void> {
  const content = JSON.stringify({ hash: splitHash(split), ...split }, null, 2);
  await writeFile(join(folder, 'split.json'), `${content}\n`);
}

/** What a command prints: one JSON object, or the same for people. */
export function printable(summary: Readonly<Record<string, unknown>>, folder: string, json: boolean): string {
  if (json) return `${JSON.stringify(summary)}\n`;
  const lines = Object.entries(summary).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`);
  return `Results are in ${folder}\n${lines.join('\n')}\n`;
}

/** Seconds since `started` (performance.now()), to the millisecond. */
export function secondsSince(started: number): number {
  return Number(((performance.now() - started) / 1000).toFixed(3));
}
