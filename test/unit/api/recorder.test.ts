import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startRecorder } from '../../../main/api/services/station/recorder.ts';
import { recoverRecordings } from '../../../main/api/services/station/recording-pieces.ts';
import { deviceSchema } from '../../../main/contract/live.ts';
import { UserError } from '../../../main/core/errors.ts';
import type { Project } from '../../../main/data/project.ts';
import { scratchProject } from '../data/scratch.ts';

const device = deviceSchema.parse({ name: 'mat', transport: { kind: 'udp', port: 1 }, rows: 4, cols: 2 });
/** One piece of this device. */
const PIECE_BYTES = 128 * 8 * 4;
const frame = (index: number) => ({
  index,
  arrival: 1000 + 10 * index,
  deviceClock: index,
  values: new Float32Array(8).fill(index),
});

/** A project whose storing can be made slow, or to fail. */
function weakProject() {
  const project = scratchProject();
  const weakness = { milliseconds: 0, failing: false };
  const arrays: Project['arrays'] = {
    ...project.arrays,
    async encodeChunk(...given) {
      await sleep(weakness.milliseconds);
      return project.arrays.encodeChunk(...given);
    },
    writeEncoded(...given) {
      if (weakness.failing) throw new UserError('project.disk-full', 'The disk is full.');
      return project.arrays.writeEncoded(...given);
    },
  };
  return {
    project,
    weakness,
    weak: { arrays, recordings: project.recordings, transaction: project.transaction },
  };
}

/** First cell of every recorded frame. */
function recorded(project: Project): number[] {
  const [{ dataArrayId }] = project.recordings.list();
  const { data } = project.arrays.read(dataArrayId);
  return Array.from({ length: data.length / 8 }, (_, at) => Number(data[8 * at]));
}

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

it('loses no frame on a slow disk: the device is asked to wait, and to go on', async () => {
  const { project, weakness, weak } = weakProject();
  const asked: boolean[] = [];
  weakness.milliseconds = 20;
  const recorder = startRecorder(weak, device, 'P1', 1000, (waiting) => asked.push(waiting), {
    holdBytes: 2 * PIECE_BYTES,
  });
  for (let index = 0; index < 1000; index++) recorder.add(frame(index), 0.25);
  expect(asked).toEqual([true]);
  await expect.poll(() => asked).toEqual([true, false]);
  await recorder.finish();
  expect(recorded(project)).toEqual(numbers(1000));
  expect(recorder.overrun).toBe(0);
  const { attributes } = project.arrays.info(project.recordings.list()[0].dataArrayId);
  expect(attributes.deviceClocks).toEqual(numbers(1000));
  expect(attributes.clockOffsets).toEqual([{ seconds: 0, offset: 0.25 }]);
  expect(project.arrays.list()).toHaveLength(1);
});

it('keeps frames in memory while the disk is full, says so, and stores them when there is room again', async () => {
  const { project, weakness, weak } = weakProject();
  weakness.failing = true;
  const recorder = startRecorder(weak, device, 'P1', 1000, () => {}, { retryMs: 10 });
  for (let index = 0; index < 300; index++) recorder.add(frame(index), null);
  await expect.poll(() => recorder.trouble?.code).toBe('project.disk-full');
  await expect(recorder.finish()).rejects.toThrow('The disk is full.');
  weakness.failing = false;
  await recorder.finish();
  expect(recorder.trouble).toBeNull();
  expect(recorded(project)).toEqual(numbers(300));
});

it('counts frames that it must leave out, and leaves no gap in what it kept', async () => {
  const { project, weakness, weak } = weakProject();
  weakness.failing = true;
  const recorder = startRecorder(weak, device, 'P1', 1000, () => {}, {
    retryMs: 10,
    mostBytes: 3 * PIECE_BYTES,
  });
  for (let index = 0; index < 500; index++) recorder.add(frame(index), null);
  expect(recorder.overrun).toBe(500 - 3 * 128);
  weakness.failing = false;
  await recorder.finish();
  expect(recorded(project)).toEqual(numbers(3 * 128));
});

it('makes recordings, marked as cut short, of what killed ones left, each with its times and notes', async () => {
  const { project, weak } = weakProject();
  const begin = async (pseudonym: string, frames: number) => {
    const recorder = startRecorder(weak, device, pseudonym, 1000, () => {});
    recorder.annotate('lies down', 1500);
    for (let index = 0; index < frames; index++) recorder.add(frame(index), index < 200 ? 0.25 : 0.5);
    const name = `sub-${pseudonym} mat, piece ${Math.floor(frames / 128)}`;
    const sealed = () => project.arrays.list().some((one) => one.name === name && one.contentHash !== null);
    await expect.poll(sealed).toBe(true);
    return recorder;
  };
  await begin('P1', 300);
  await begin('P2', 150);
  // Killed while a piece was written, and while pieces were joined.
  const shape = [128, 4, 2];
  const empty = { name: 'rest', shape, chunkShape: shape, dtype: 'float32' } as const;
  project.arrays.create({ ...empty, attributes: { sitting: 'x' } });
  const other = project.arrays.create({ ...empty, name: 'of an import' });
  await recoverRecordings(project);
  const [first, second] = project.recordings.list();
  expect([first, second]).toMatchObject([
    { subject: 'P1', sampleCount: 256, samplingInterval: expect.closeTo(0.01, 10) },
    { subject: 'P2', sampleCount: 128 },
  ]);
  expect(first.notices).toMatchObject([{ code: 'station.cut-short', params: { frames: 256 } }]);
  expect(recorded(project)).toEqual(numbers(256));
  const { attributes } = project.arrays.info(first.dataArrayId);
  expect(attributes).toMatchObject({
    device,
    annotations: [{ seconds: 0.5, text: 'lies down' }],
    arrivals: numbers(256).map((at) => at / 100),
    deviceClocks: numbers(256),
    clockOffsets: [
      { seconds: 0, offset: 0.25 },
      { seconds: 2, offset: 0.5 },
    ],
  });
  const left = project.arrays.list().map(({ id }) => id);
  expect(new Set(left)).toEqual(new Set([first.dataArrayId, second.dataArrayId, other.id]));
  expect(await recoverRecordings(project)).toEqual([]);
});
