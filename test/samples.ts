import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folder of real sample files beside the project (`../shared/samples`, looked for upward); null where absent. */
export function samplesFolder(): string | null {
  for (let folder = dirname(import.meta.dirname); ; folder = dirname(folder)) {
    const samples = join(folder, 'shared', 'samples');
    if (existsSync(join(samples, 'truth.json'))) return samples;
    if (dirname(folder) === folder) {
      process.stderr.write('Real sample files (../shared/samples) are absent: tests on them are skipped.\n');
      return null;
    }
  }
}

/** Reference values by path under the samples folder. */
export function readTruth(samples: string): Record<string, Record<string, unknown>> {
  const parsed: { truth: Record<string, Record<string, unknown>> } = JSON.parse(
    readFileSync(join(samples, 'truth.json'), 'utf8'),
  );
  return parsed.truth;
}
