import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { meegPlanSchema } from '../../../main/contract/meeg-import.ts';
import { readDigitised } from '../../../main/formats/digitised/read-digitised.ts';
import { standardPositions } from '../../../main/formats/digitised/standard-positions.ts';
import { inspectFile } from '../../../main/formats/inspect/inspect-file.ts';
import { findPlaces } from '../../../main/importing/meeg/places.ts';
import { bearsName } from '../../../main/importing/meeg/places-beside.ts';
import { previewMeeg } from '../../../main/importing/meeg/preview.ts';
import { probeMeeg, suggestMeegPlan } from '../../../main/importing/meeg/probe.ts';
import { recognise } from '../../../main/importing/recognise.ts';
import { samplesFolder } from '../../samples.ts';
import { edfBytes, type Signal } from '../formats/meeg/edf-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-places-'));
const put = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const samples = samplesFolder();
const kit = (name: string) => join(samples ?? '', 'kit/mne', name);

function recording(...labels: string[]): string {
  const flat = (label: string): Signal => ({ label, samples: 10, record: () => Array(10).fill(0) });
  const path = join(folder, `${labels.length}.edf`);
  writeFileSync(path, edfBytes(labels.map(flat), 2, {}));
  return path;
}

test('ASA lists places first and names behind them', async () => {
  const path = put(
    'cap.elc',
    '# ASA electrode file\nUnitPosition mm\nNumberPositions= 4\nPositions\n-86 -20 -48\n86 -20 -48\nNz : 0 500 -250\n0 0 250\nLabels\nLPA RPA\nNz\nCz\n',
  );
  expect(await inspectFile(path, true)).toMatchObject({
    format: 'digitised',
    n_electrodes: 1,
    fiducials: { nasion: [0, 0.5, -0.25] },
    electrodes_first: { Cz: [0, 0, 0.25] },
  });
});

describe('the extended 10–20 system', () => {
  // Degrees down from the top (negative: on the left) and round, as EASYCAP's layout M1 lists them.
  test.each([
    ['Fp1', -92, -72],
    ['F3', -60, -51],
    ['F8', 92, 36],
    ['FC5', -72, -21],
    ['C1', -23, 0],
    ['T7', -92, 0],
    ['CP6', 72, -21],
    ['Pz', 46, -90],
    ['P4', 60, -51],
    ['PO7', -92, 54],
    ['Oz', 92, -90],
    ['TP10', 115, -18],
    ['Iz', 115, -90],
  ])('%s lies where caps have it', (name, theta, phi) => {
    const [down, round] = [(theta * Math.PI) / 180, (phi * Math.PI) / 180];
    const cap = [Math.sin(down) * Math.cos(round), Math.sin(down) * Math.sin(round), Math.cos(down)];
    const place = standardPositions().get(name.toUpperCase()) ?? [0, 0, 0];
    const length = Math.hypot(...place);
    expect(length).toBeCloseTo(0.095, 9);
    const cosine = place.reduce((sum, value, axis) => sum + (value * cap[axis]) / length, 0);
    expect((Math.acos(Math.min(1, cosine)) * 180) / Math.PI).toBeLessThan(2);
  });

  test('names of a recording are matched however they are written, and others stay without a place', async () => {
    const path = recording('EEG Fp1-Ref', 'Fc5.', 'T3', 'EEG X9');
    const { positions, electrodes, placed, head } = await findPlaces(path, 'standard');
    expect([Object.keys(positions), electrodes, placed, head]).toEqual([
      ['EEG Fp1-Ref', 'Fc5.', 'T3'],
      4,
      3,
      null,
    ]);
    expect(positions.T3).toEqual([...(standardPositions().get('T7') ?? [])]);
    await expect(findPlaces(recording('a', 'b'), 'standard')).rejects.toMatchObject({
      code: 'meeg.nothing-placed',
    });
  });
});

describe('digitised points', () => {
  test('electrodes come into the head frame of the landmarks beside them, whatever their unit', async () => {
    const sfp = put('cap.sfp', 'FidNz 0 9 0\nFidT9 -7 0 0\nFidT10 7 0 0\nE1 0 4.5 8\nE2 3 0 9\n');
    const { positions } = await findPlaces(recording('E1', 'E2', 'E3'), [sfp]);
    expect(positions.E1.map((value) => Number(value.toFixed(9)))).toEqual([0, 0.045, 0.08]);
    expect(positions.E2.map((value) => Number(value.toFixed(9)))).toEqual([0.03, 0, 0.09]);
    const tsv = put(
      'electrodes.tsv',
      'name\tx\ty\tz\nE1\t0.01\t0.02\t0.09\nE2\tn/a\tn/a\tn/a\nE3\t0\t0\t0.1\nE4\t0\t0.1\t0\n',
    );
    expect((await readDigitised(tsv)).electrodes.get('E1')).toEqual([0.01, 0.02, 0.09]);
    await expect(readDigitised(put('letter.txt', 'Dear all,\nno points here.\n'))).rejects.toMatchObject({
      code: 'digitised.unknown',
    });
  });

  test.skipIf(samples === null)(
    'KIT: the head in the device is MNE’s, from either kind of digitiser',
    async () => {
      // mne 1.x: read_raw_kit(test.sqd, mrk=test_mrk.sqd, elp=..., hsp=...).info['dev_head_t'].
      for (const [files, row] of [
        [
          ['test_mrk.sqd', 'test_elp.txt'],
          [0.0539384017, 0.898064978855, 0.436543173783, 0.01601344404],
        ],
        [
          ['test_mrk.sqd', 'test.elp', 'test.hsp'],
          [0.053934833461, 0.898063927681, 0.43654577714, 0.016014380821],
        ],
      ] as const) {
        const { head } = await findPlaces(kit('test.sqd'), files.map(kit));
        head?.deviceToHead?.[1].forEach((value, at) => void expect(value).toBeCloseTo(row[at], 6));
        expect(head?.digitised.coils).toHaveLength(5);
        expect(head?.digitised.fiducials[0].place[1]).toBeCloseTo(0.11056, 4);
        expect(head?.error ?? 1).toBeLessThan(0.005);
      }
      const { head } = await findPlaces(kit('test.sqd'), [kit('test.hsp')]);
      expect(head).toMatchObject({ deviceToHead: null, error: null });
      expect(head?.digitised.shape).toHaveLength(500);
    },
  );
});

describe('files beside a recording that bear its name', () => {
  test.each([
    ['sub-01_task-a_meg.sqd', 'sub-01.elp', true],
    ['sub-02_task-a_meg.sqd', 'sub-01.elp', false],
    ['R0832_story-raw.con', 'R0832_HSP.txt', true],
    ['R0832_story-raw.con', 'R0832_marker1_pre.mrk', true],
    ['R0832_story-raw.con', 'R0832_mrk_02.sqd', true],
    ['R0832_story-raw.con', 'R08_ELP.txt', false],
    ['R0832_story-raw.con', 'R0832_other.elp', false],
    ['raw.sqd', 'marker.mrk', false],
  ])('%s and %s: %s', (recording, file, fits) => {
    expect(bearsName(recording, file)).toBe(fits);
  });

  test.skipIf(samples === null)(
    'KIT: markers and digitised points are proposed with the fit, and the markers are no recording',
    async () => {
      const beside = mkdtempSync(join(tmpdir(), 'gyrus-beside-'));
      const laid = ['test.sqd', 'test_mrk.sqd', 'test_mrk_pre.sqd', 'test.elp', 'test.hsp'].map((name) => {
        copyFileSync(kit(name), join(beside, name.replace('test.sqd', 'test_story-raw.sqd')));
        return join(beside, name.replace('test.sqd', 'test_story-raw.sqd'));
      });
      writeFileSync(join(beside, 'tester.elp'), '');
      const probed = await probeMeeg(laid.slice(0, 2));
      expect(probed).toHaveLength(1);
      expect(probed[0].notices.map(({ code, params }) => [code, params])).toContainEqual([
        'meeg.places-guessed',
        { file: 'test_story-raw.sqd', from: 'test_mrk.sqd, test.elp, test.hsp' },
      ]);
      const [run] = suggestMeegPlan(probed).runs;
      expect(run.head?.from).toEqual(['test_mrk.sqd', 'test.elp', 'test.hsp']);
      // As above, MNE's.
      expect(run.head?.deviceToHead?.[1][0]).toBeCloseTo(0.053934833461, 6);
      expect(await recognise(laid)).toMatchObject({ kinds: [{ kind: 'meeg' }], others: [] });
    },
  );

  test('electrodes get theirs; another subject’s file and a file that is no list change nothing', async () => {
    const beside = mkdtempSync(join(tmpdir(), 'gyrus-beside-'));
    copyFileSync(recording('E1', 'E2', 'E3'), join(beside, 'p01_rest.edf'));
    writeFileSync(join(beside, 'p02.sfp'), 'FidNz 0 9 0\nFidT9 -7 0 0\nFidT10 7 0 0\nE1 0 4.5 8\n');
    const of = async () => (await probeMeeg([join(beside, 'p01_rest.edf')]))[0];
    expect(await of()).toMatchObject({ places: null, notices: [] });
    writeFileSync(join(beside, 'p01.sfp'), 'FidNz 0 9 0\nFidT9 -7 0 0\nFidT10 7 0 0\nE2 3 0 9\n');
    const found = await of();
    expect(found.places).toMatchObject({ placed: 1, electrodes: 3 });
    expect(Object.keys(suggestMeegPlan([found]).runs[0].positions)).toEqual(['E2']);
    writeFileSync(join(beside, 'p01.sfp'), 'nothing');
    expect(await of()).toMatchObject({ places: null, importable: true, notices: [{ level: 'warning' }] });
  });
});

test('voltages that are in microvolts, though the file says volts, shrink a million times; triggers do not', async () => {
  const path = join(folder, 'units.edf');
  const ramp = (label: string): Signal => ({
    label,
    samples: 100,
    record: () => Array.from({ length: 100 }, (_, at) => at - 50),
  });
  writeFileSync(
    path,
    edfBytes([ramp('Cz'), { ...ramp('Status'), physical: [0, 1000], digital: [0, 1000] }], 2, {}),
  );
  const rows = async (voltUnit: 'µV' | null) => {
    const plan = meegPlanSchema.parse({ name: 'x', runs: [{ path, subject: '1', task: 't', voltUnit }] });
    return (await previewMeeg(plan, path, 0, 1)).rows;
  };
  const [before, after] = [await rows(null), await rows('µV')];
  expect(Math.max(...before[0])).toBeGreaterThan(0);
  before[0].forEach((value, at) => void expect(after[0][at]).toBeCloseTo(value * 1e-6, 18));
  expect(after[1]).toEqual(before[1]);
});
