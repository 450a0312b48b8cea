import { expect, test } from 'vitest';
import { meegPlanSchema } from '../../../main/contract/meeg-import.ts';
import { marksOf, withRemembered } from '../../../main/contract/meeg-marks.ts';
import { presetChoices } from '../../../main/contract/presets.ts';

const channel = (name: string, bad = false) => ({ name, type: 'eeg', unit: 'V', position: null, bad });
const recorded = (path: string, ...channels: ReturnType<typeof channel>[]) => ({ path, channels });
const plan = (path: string, bads: string[], types = {}, voltUnit: 'µV' | null = null) =>
  meegPlanSchema.parse({ name: 'EEG', runs: [{ path, subject: '01', task: 'rest', bads, types, voltUnit }] });

test('types, bad channels and the unit of voltages set by hand come back on the next recording of the same cap', () => {
  const first = recorded('a', channel('Fp1'), channel('VEOG'), channel('T7', true), channel('O2', true));
  const set = plan('a', ['Fp1', 'O2'], { VEOG: 'eog' }, 'µV');
  const marks = marksOf(set, first);
  expect(marks).toEqual({
    channelTypes: { VEOG: 'eog' },
    markedBad: ['Fp1'],
    markedGood: ['T7'],
    voltUnit: 'µV',
  });
  const saved = presetChoices({ ...set, ...marks });
  expect(saved.runs).toBeUndefined();

  const next = recorded('b', channel('Fp1'), channel('VEOG'), channel('T7', true), channel('Pz', true));
  const [run] = withRemembered(plan('b', ['T7', 'Pz']), saved, [next]).runs;
  expect(run).toMatchObject({ types: { VEOG: 'eog' }, bads: ['Pz', 'Fp1'], voltUnit: 'µV' });
});

test('channels that a recording lacks, and presets of before, change nothing', () => {
  const other = recorded('c', channel('MEG0111'));
  const marks = { channelTypes: { VEOG: 'eog' }, markedBad: ['Fp1'], markedGood: [] };
  expect(withRemembered(plan('c', []), marks, [other]).runs[0]).toMatchObject({ types: {}, bads: [] });
  expect(withRemembered(plan('c', ['MEG0111'], {}, 'µV'), { sfreq: 250 }, [other])).toMatchObject({
    sfreq: 250,
    runs: [{ bads: ['MEG0111'], voltUnit: 'µV' }],
  });
});
