import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../../main/commands/run-cli.ts';
import { readTruth, samplesFolder } from '../samples.ts';

/** Formats whose readers are in the product so far, by folder of the samples. */
const folders = [
  'nifti',
  'textgrid',
  'gifti',
  'freesurfer',
  'cifti',
  'tables',
  'bids/fmriprep_confounds',
  'mat',
  'fif',
  'edf',
  'brainvision',
  'eeglab',
  'ctf',
  'kit',
  'lsl_xdf',
  'pressure',
  'eyetracking',
  'hdf5',
  'dicom',
];

/** Keys of truth.json that speak of the reference reader, not of the file. */
const about = new Set([
  'reader',
  'negative_case',
  'reference_reader_error',
  'note',
  'mne.version',
  'pixels_error',
]);

/** Values that the truth file rounds: world millimetres to 3 digits, affines to 6 decimals. */
const roundedKeys: Record<string, number> = { com_world_mm: 1.1e-3, affine: 1e-6, qform_affine: 1e-6 };

interface Difference {
  readonly key: string;
  readonly expected: unknown;
  readonly found: unknown;
}

const samples = samplesFolder();

describe.skipIf(samples === null)('gyrus inspect against reference readers', () => {
  const root = samples ?? '';
  const truth = samples === null ? {} : readTruth(root);

  for (const folder of folders) {
    test(`${folder}: every shared key of every entry`, async () => {
      const names = Object.keys(truth).filter((name) => name.startsWith(`${folder}/`));
      const lines: string[] = [];
      const code = await runCli(['inspect', '--stats', '--json', ...names.map((name) => join(root, name))], {
        out: (text) => lines.push(text),
        err: () => {},
        signal: new AbortController().signal,
      });
      const tally = { matched: 0, differing: 0, refused: 0, missing: 0 };
      const complaints: string[] = [];
      names.forEach((name, index) => {
        const result = JSON.parse(lines[index]);
        const expected = truth[name];
        const refusal = 'reference_reader_error' in expected || 'negative_case' in expected;
        if (result.error || refusal) {
          if (result.error && refusal) tally.refused += 1;
          else {
            tally.missing += 1;
            complaints.push(`${name}: ${result.error?.message ?? 'was not refused'}`);
          }
          return;
        }
        const differences = compare(expected, result).filter(
          (difference) => !referenceIsFlat(name, difference),
        );
        tally[differences.length === 0 ? 'matched' : 'differing'] += 1;
        for (const { key, expected: want, found } of differences) {
          complaints.push(`${name}: ${key} is ${JSON.stringify(found)}, reference ${JSON.stringify(want)}`);
        }
      });
      process.stdout.write(
        `${folder}: ${tally.matched} matched, ${tally.differing} differing, ${tally.refused} refused as expected, ${tally.missing} missing\n`,
      );
      expect(complaints).toEqual([]);
      expect(tally.matched + tally.refused).toBe(names.length);
      expect(names.length).toBeGreaterThan(0);
      expect(code).toBe(tally.refused > 0 ? 1 : 0);
    });
  }
});

function compare(expected: Record<string, unknown>, found: Record<string, unknown>, at = ''): Difference[] {
  return Object.entries(expected).flatMap(([key, want]) => {
    if (about.has(key) || about.has(`${at}.${key}`)) return [];
    return compareValue(want, found[key], at === '' ? key : `${at}.${key}`);
  });
}

function compareValue(want: unknown, found: unknown, key: string): Difference[] {
  const differs = [{ key, expected: want, found }];
  if (typeof want === 'number' && typeof found === 'number') {
    const absolute = roundedKeys[key.replace(/\.\d+/g, '')] ?? 0;
    const relative = /\.sum$|\.mean$/.test(key) ? 1e-5 : 1e-6;
    return Math.abs(want - found) <= absolute + relative * Math.abs(want) ? [] : differs;
  }
  if (Array.isArray(want)) {
    if (!Array.isArray(found) || found.length !== want.length) return differs;
    return want.flatMap((item, index) => compareValue(item, found[index], `${key}.${index}`));
  }
  if (want !== null && typeof want === 'object') {
    if (found === null || typeof found !== 'object') return differs;
    return compare({ ...want }, { ...found }, key);
  }
  // Private folders were cut out of the reference values.
  if (typeof want === 'string' && typeof found === 'string' && want.endsWith('<dir>')) {
    return found.startsWith(want.slice(0, -'<dir>'.length)) ? [] : differs;
  }
  return Object.is(want, found) || want === found ? [] : differs;
}

/**
 * The reference reader drops the dimensions of ASCII arrays (fixed in nibabel 5.2.1) and of transforms that stand on
 * one line: ours follow the Dim attributes and are 4×4. The values themselves must agree in number.
 */
function referenceIsFlat(name: string, { key, expected, found }: Difference): boolean {
  if (!name.startsWith('gifti/') || !Array.isArray(expected) || !Array.isArray(found)) return false;
  if (/^arrays\.\d+\.coord_xform$/.test(key)) return compareValue(expected, found.flat(), key).length === 0;
  const product = (sizes: number[]): number => sizes.reduce((a, b) => a * b, 1);
  return /^arrays\.\d+\.shape$/.test(key) && /ascii/.test(name) && product(expected) === product(found);
}
