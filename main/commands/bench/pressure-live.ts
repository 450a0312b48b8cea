import { performance } from 'node:perf_hooks';
import type { Framing } from '../../contract/live.ts';
import { binaryFramer, frameBytes } from '../../live/framing/binary-frames.ts';
import { crc16 } from '../../live/framing/checksum.ts';
import { RingBuffer } from '../../live/ring-buffer.ts';
import { lightPreset } from '../../models/pressure/config.ts';
import { openDetector } from '../../models/pressure/detector.ts';
import { initialiseKeypoints } from '../../models/pressure/initialise.ts';
import { buildStage, stageParameters } from '../../models/pressure/keypoint-training.ts';
import { paperObjective } from '../../models/pressure/losses.ts';
import { simulateMat } from '../../studies/pressure-keypoints/simulated/simulate-mat.ts';
import type { CommandDeps } from '../command.ts';

const framing: Extract<Framing, { kind: 'binary' }> = {
  kind: 'binary',
  header: 'aa55',
  counter: 'uint32',
  value: 'uint16',
  byteOrder: 'little',
  checksum: 'crc16',
};
/** One hour at 100 frames a second. */
const HOUR = 360_000;
/** Frames on which the time to keypoints is measured, after some that are not counted. */
const MEASURED = 300;
const WARM = 20;
const SIZES = [
  { rows: 64, cols: 32 },
  { rows: 84, cols: 192 },
] as const;

/**
 * A pressure stream as the station takes it, on simulated frames: time from a frame to its keypoints (fresh weights:
 * the time is the same), then an hour of binary frames as fast as they go through framing and buffer, with losses and
 * memory counted. Setting: frames.
 */
export async function bench(
  deps: CommandDeps,
  options: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const frames = Number(options.frames ?? HOUR);
  const results: Record<string, unknown> = { simulated: true, frames };
  for (const { rows, cols } of SIZES) {
    deps.err(`${rows} × ${cols} ...\n`);
    const mat = simulateMat({
      subjects: 1,
      poses: 2,
      frames: 4,
      rows,
      cols,
      cellSize: 192 / Math.max(rows, cols),
    });
    results[`${rows}x${cols}`] = {
      ...(await timeToKeypoints(mat.frames, rows, cols)),
      ...(await hourOfFrames(deps, mat.frames, rows * cols, frames)),
    };
  }
  return results;
}

async function timeToKeypoints(
  all: Float32Array,
  rows: number,
  cols: number,
): Promise<Record<string, number>> {
  const config = lightPreset(rows, cols, 24);
  const stage = buildStage(config, {
    stage: 'regression',
    batch: 1,
    freeze: false,
    objective: paperObjective,
    fullScale: 10,
  });
  const weights = initialiseKeypoints(stageParameters(stage), config.sharpness, 1);
  const detector = await openDetector({ config, weights, floor: 0.5, fullScale: 10 }, { threads: 1 });
  const cells = rows * cols;
  const times: number[] = [];
  try {
    for (let index = 0; index < WARM + MEASURED; index++) {
      const at = (index * cells) % all.length;
      const started = performance.now();
      await detector.detect(all.subarray(at, at + cells));
      if (index >= WARM) times.push(performance.now() - started);
    }
  } finally {
    await detector.release();
  }
  times.sort((a, b) => a - b);
  return {
    keypoints_p50_ms: times[Math.floor(times.length * 0.5)],
    keypoints_p99_ms: times[Math.floor(times.length * 0.99)],
  };
}

/** Frames through framing and ring buffer; every buffered frame is compared with what was sent. */
async function hourOfFrames(
  deps: CommandDeps,
  all: Float32Array,
  cells: number,
  frames: number,
): Promise<Record<string, number>> {
  const different = all.length / cells;
  const sent = Array.from({ length: different }, (_, at) =>
    Uint16Array.from(all.subarray(at * cells, (at + 1) * cells), (value) => value * 100),
  );
  const size = frameBytes(framing, cells);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  bytes.set([0xaa, 0x55]);
  const framer = binaryFramer(framing, cells);
  const ring = new RingBuffer(256, cells);
  let torn = 0;
  const before = process.memoryUsage().rss;
  let highest = before;
  const started = performance.now();
  for (let index = 0; index < frames; index++) {
    const values = sent[index % different];
    view.setUint32(2, index, true);
    bytes.set(new Uint8Array(values.buffer), 6);
    view.setUint16(size - 2, crc16(bytes.subarray(2, size - 2)), true);
    framer.push(bytes, (found, clock) => {
      ring.push(found, index, clock);
      if (found[index % cells] !== values[index % cells] || clock !== index) torn++;
    });
    if (index % 1000 !== 0) continue;
    deps.signal.throwIfAborted();
    highest = Math.max(highest, process.memoryUsage().rss);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const seconds = (performance.now() - started) / 1000;
  return {
    frames_per_s: frames / seconds,
    lost: frames - framer.counters.frames,
    torn,
    corrupt: framer.counters.corrupt,
    memory_growth_mb: (highest - before) / 1e6,
  };
}
