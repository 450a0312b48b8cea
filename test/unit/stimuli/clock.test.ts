import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../../main/commands/run-cli.ts';
import { clockFitSettingsSchema } from '../../../main/contract/clock.ts';
import type { Recording } from '../../../main/contract/recordings.ts';
import { createLogger } from '../../../main/core/logger.ts';
import { createProject, openProject } from '../../../main/data/open-project.ts';
import type { Project } from '../../../main/data/project.ts';
import {
  fitRecording,
  recordingClock,
  resetRecordingClock,
  setRecordingClock,
} from '../../../main/stimuli/clock/align-recording.ts';
import { createFeatureSpaces } from '../../../main/stimuli/feature-spaces.ts';
import { sampledFeatures } from '../../../main/studies/encoding/sampled-features.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-clock-'));
const logger = createLogger(() => {}, 'error');

/** Simulated speech: 200 words, about 0.4 s apart, without a regular beat. */
const random = createRandom(11);
const words = Array.from({ length: 200 }, (_, at) => ({
  text: `w${at}`,
  onset: 1 + at * 0.4 + 0.35 * random.uniform(),
  duration: 0.2,
}));
const [offset, drift] = [7.25, 2e-4];

/** A simulated EEG recording at 1000 Hz whose triggers follow the words late, with every ninth lost and a stranger. */
function addEeg(project: Project): Recording {
  const events = words.flatMap(({ onset }, at) =>
    at % 9 === 4
      ? []
      : [
          {
            sample: Math.round((offset + (1 + drift) * onset) * 1000),
            duration: 0,
            name: '8',
            channel: 'STI',
          },
        ],
  );
  events.push({ sample: 3, duration: 0, name: '8', channel: 'STI' });
  events.push({ sample: 500, duration: 0, name: 'boundary', channel: 'STI' });
  const data = project.arrays.put(
    {
      name: 'eeg',
      shape: [4, 1],
      dtype: 'float32',
      axes: [{ name: 'time' }, { name: 'channel' }],
      attributes: { meeg: { events } },
    },
    new Float32Array(4),
  );
  project.stimuli.put({ id: 'story', name: 'story', language: 'en', words, contentHash: 'story' });
  const recording: Recording = {
    id: 'r1',
    modality: 'eeg',
    subject: '01',
    session: null,
    task: 'story',
    run: null,
    repeatGroup: null,
    stimulusId: 'story',
    dataArrayId: data.id,
    spaceId: null,
    confoundsArrayId: null,
    samplingInterval: 0.001,
    sampleCount: 100_000,
    simulated: true,
    sourceFiles: [],
    notices: [],
  };
  project.recordings.put(recording);
  return recording;
}

test('triggers bring a recording onto its words; the fit, its residuals and its origin are kept', () => {
  const path = join(folder, 'fit.gyrus');
  const project = createProject(path, { logger });
  addEeg(project);
  const settings = clockFitSettingsSchema.parse({ marks: '8' });
  const { model, fit } = fitRecording(project, 'r1', settings, 'test');
  expect(model.offset).toBeCloseTo(offset, 3);
  expect(model.drift).toBeCloseTo(drift, 5);
  expect(fit).toMatchObject({ matched: 178, missing: 22, extra: 1, alternative: null });
  // Triggers stand on whole samples: residuals are at most half of one, and uniform.
  expect(fit?.maxMs).toBeLessThan(0.6);
  expect(fit?.rmsMs).toBeGreaterThan(0.2);
  project.close();
  const again = openProject(path, { logger, access: 'read' });
  const clock = recordingClock(again, 'r1');
  expect(clock.model).toEqual(model);
  expect(clock.pairs).toHaveLength(178);
  expect(clock.marks).toHaveLength(180);
  expect(again.provenance.list().map(({ kind }) => kind)).toEqual(['clock.align']);
  again.close();
});

test('by hand, back to the plain clock, and gone with the recording', () => {
  const project = createProject(join(folder, 'hand.gyrus'), { logger });
  addEeg(project);
  setRecordingClock(project, 'r1', { offset: 2, drift: 0 }, 'test');
  expect(recordingClock(project, 'r1').model).toEqual({ offset: 2, drift: 0 });
  resetRecordingClock(project, 'r1', 'test');
  expect(recordingClock(project, 'r1').model).toEqual({ offset: 0, drift: 0 });
  setRecordingClock(project, 'r1', { offset: 2, drift: 0 }, 'test');
  project.recordings.delete('r1');
  expect(project.alignments.find('r1')).toBeNull();
  project.close();
});

test('refusals say what is missing', () => {
  const project = createProject(join(folder, 'none.gyrus'), { logger });
  const recording = addEeg(project);
  const fit = (marks: string) => () =>
    fitRecording(project, 'r1', clockFitSettingsSchema.parse({ marks }), 'test');
  expect(fit('99')).toThrow(expect.objectContaining({ code: 'clock.no-such-marks' }));
  project.recordings.put({ ...recording, stimulusId: null });
  expect(fit('8')).toThrow(expect.objectContaining({ code: 'clock.no-words' }));
  expect(() => setRecordingClock(project, 'r1', { offset: 0, drift: 0 }, 'test')).toThrow(
    expect.objectContaining({ code: 'clock.no-words' }),
  );
  project.close();
});

test('features of a study move with the clock of the run', async () => {
  const spaces = createFeatureSpaces({} as Parameters<typeof createFeatureSpaces>[0]);
  const request = {
    spaceId: 'word-rate',
    stimulus: { id: 's', name: 's', language: 'en', words, contentHash: 's' },
    lookBackWords: 0,
    seed: 1,
    downsampling: 'average' as const,
    hemodynamics: { kind: 'fir' as const, delays: [0] },
    samplingInterval: 2,
    samples: 60,
  };
  const features = async (clock?: { offset: number; drift: number }) => {
    const [layer] = await sampledFeatures(
      spaces,
      null,
      clock === undefined ? request : { ...request, clock },
      new AbortController().signal,
      () => {},
    );
    return [...layer.data];
  };
  const plain = await features();
  expect(await features({ offset: 0, drift: 0 })).toEqual(plain);
  const late = await features({ offset: 6, drift: 0 });
  expect(late.slice(3)).toEqual(plain.slice(0, 57));
  expect(late.slice(0, 3)).toEqual([0, 0, 0]);
});

test('shuffled features keep the times of the words, and deal their values out again', async () => {
  const ends = (at: number): boolean => at % 11 === 6 || at % 11 === 10;
  const told = words.map((word, at) => ({ ...word, text: ends(at) ? `${word.text}.` : word.text }));
  const spaces = createFeatureSpaces({} as Parameters<typeof createFeatureSpaces>[0]);
  const request = {
    spaceId: 'sentence-length',
    stimulus: { id: 's', name: 's', language: 'en', words: told, contentHash: 's' },
    lookBackWords: 0,
    seed: 1,
    downsampling: 'average' as const,
    hemodynamics: { kind: 'fir' as const, delays: [0] },
    samplingInterval: 0.1,
    samples: 1200,
  };
  const features = async (more: { shuffled?: boolean; spaceId?: string }) => {
    const [layer] = await sampledFeatures(
      spaces,
      null,
      { ...request, ...more },
      new AbortController().signal,
      () => {},
    );
    return [...layer.data];
  };
  const [plain, shuffled] = [await features({}), await features({ shuffled: true })];
  const sorted = (values: number[]) => values.filter((value) => value > 0).toSorted((a, b) => a - b);
  expect(sorted(shuffled)).toEqual(sorted(plain));
  expect(new Set(plain)).toContain(7);
  expect(shuffled).not.toEqual(plain);
  // Where all words have one value there is nothing to deal out.
  const rate = { spaceId: 'word-rate' };
  expect(await features({ ...rate, shuffled: true })).toEqual(await features(rate));
});

test('the command line attaches words, fits and lists', async () => {
  const path = join(folder, 'cli.gyrus');
  const project = createProject(path, { logger });
  const recording = addEeg(project);
  project.recordings.put({ ...recording, stimulusId: null });
  project.close();
  const table = join(folder, 'sub-01_events.tsv');
  writeFileSync(
    table,
    ['onset\tduration\tword', ...words.map((word) => `${word.onset}\t${word.duration}\t${word.text}`)].join(
      '\n',
    ),
  );
  const cli = async (...args: string[]) => {
    let out = '';
    const code = await runCli(['clock', ...args], {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        out += text;
      },
      signal: new AbortController().signal,
    });
    return { code, out };
  };
  expect((await cli('attach', path, 'sub-01 task-story', table, '--json')).out).toContain('"words":200');
  const fitted = await cli('fit', path, 'sub-01 task-story', '--marks', '8');
  expect(fitted).toMatchObject({ code: 0 });
  expect(fitted.out).toContain('178 marks matched, 22 onsets without a mark, 1 marks without an onset');
  expect((await cli('show', path)).out).toMatch(
    /sub-01 task-story\s+eeg\s+sub-01_events.tsv\s+7\.2\d+\s+20\d\.\d+/,
  );
  expect(await cli('set', path, 'sub-01 task-story', '--offset', 'soon')).toMatchObject({ code: 2 });
  expect(await cli('fit', path, 'sub-09')).toMatchObject({ code: 1 });
});
