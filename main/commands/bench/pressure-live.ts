import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStation } from '../../api/services/station/station.ts';
import { type Framing, framingSchema } from '../../contract/live.ts';
import { type StationRequest, type StationView, stationRequestSchema } from '../../contract/station.ts';
import { frameBytes } from '../../live/framing/binary-frames.ts';
import { lightPreset } from '../../models/pressure/config.ts';
import { type Detector, openDetector } from '../../models/pressure/detector.ts';
import { initialiseKeypoints } from '../../models/pressure/initialise.ts';
import { buildStage, stageParameters } from '../../models/pressure/keypoint-training.ts';
import { paperObjective } from '../../models/pressure/losses.ts';
import { simulateMat } from '../../studies/pressure-keypoints/simulated/simulate-mat.ts';
import { simulatedSupply } from '../../studies/pressure-keypoints/simulated/simulated-supply.ts';
import type { CommandDeps } from '../command.ts';
import { watchMemory } from './memory-watch.ts';

const framing = framingSchema.parse({ kind: 'binary', header: 'aa55', counter: 'uint32', checksum: 'sum8' });
/** One hour at 100 frames a second. */
const HOUR = 360_000;
const RATE = 100;
/** Frames before memory is first looked at: buffers fill, code is compiled. */
const WARM = 5000;
/** Looks at memory; before each, all frames that were sent have arrived. */
const LOOKS = 40;
/** Growth is told per so many frames. */
const GROWTH = 100_000;
/** Frames that are sent before the receiver gets its turn. */
const BURST = 32;
const STRIDE = 8;
const SIZES = [
  { rows: 64, cols: 32 },
  { rows: 84, cols: 192 },
] as const;

/**
 * The station as a clinic has it, on simulated frames. First at 100 frames a second: from a frame's arrival to its
 * keypoints (fresh weights: the time is the same). Then an hour of binary frames over TCP as fast as they go, through
 * framing, buffer and every measure; lost and corrupt frames are counted, and how memory grows. Settings: frames,
 * seconds, size (as 84x192; both otherwise).
 */
export async function bench(
  deps: CommandDeps,
  options: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const frames = Number(options.frames ?? HOUR);
  const seconds = Number(options.seconds ?? 20);
  const results: Record<string, unknown> = { simulated: true, frames, rate: RATE };
  for (const { rows, cols } of SIZES) {
    if (options.size !== undefined && options.size !== `${rows}x${cols}`) continue;
    deps.err(`${rows} × ${cols}: keypoints at ${RATE} Hz ...\n`);
    const live = await keypointsLive(deps, rows, cols, seconds);
    deps.err(`${rows} × ${cols}: ${frames} frames as fast as they go ...\n`);
    results[`${rows}x${cols}`] = { ...live, ...(await hourOfFrames(deps, rows, cols, frames)) };
  }
  return results;
}

function requestOf(rows: number, cols: number, transport: object): StationRequest {
  return stationRequestSchema.parse({
    device: {
      name: 'bench',
      transport,
      framing,
      rows,
      cols,
      cellSize: { width: 10, height: 10 },
      threshold: 0.5,
    },
  });
}

/** A detector with fresh weights that notes when each detection was asked for and done. */
async function timedDetector(rows: number, cols: number, times: number[]): Promise<Detector> {
  // The network halves its map three times; the station brings other grids to the model's.
  const config = lightPreset(STRIDE * Math.ceil(rows / STRIDE), STRIDE * Math.ceil(cols / STRIDE), 24);
  const stage = buildStage(config, {
    stage: 'regression',
    batch: 1,
    freeze: false,
    objective: paperObjective,
    fullScale: 10,
  });
  const weights = initialiseKeypoints(stageParameters(stage), config.sharpness, 1);
  const detector = await openDetector({ config, weights, floor: 0.5, fullScale: 10 }, { threads: 1 });
  return {
    config,
    async detect(values) {
      const started = performance.now();
      const detection = await detector.detect(values);
      times.push(performance.now() - started);
      return detection;
    },
    release: () => detector.release(),
  };
}

/** Frames at 100 Hz for some seconds: how long each takes to its keypoints, and how many get theirs. */
async function keypointsLive(deps: CommandDeps, rows: number, cols: number, seconds: number) {
  const times: number[] = [];
  const detector = await timedDetector(rows, cols, times);
  const station = openStation(
    requestOf(rows, cols, { kind: 'simulated', rate: RATE }),
    {
      detector,
      postures: () => ({ label: null, confidence: 0 }),
      trainedOn: 'simulated',
      grid: { rows, cols },
      release: () => detector.release(),
    },
    simulatedSupply,
  );
  try {
    await sleep(1000);
    const [before, from] = [(await station.view(-1)).view, times.length];
    await sleep(1000 * seconds, undefined, { signal: deps.signal });
    const after = (await station.view(-1)).view;
    const measured = times.slice(from).sort((a, b) => a - b);
    return {
      live_frames: after.index - before.index,
      frames_with_keypoints: measured.length,
      keypoints_p50_ms: measured[Math.floor(measured.length * 0.5)],
      keypoints_p99_ms: measured[Math.floor(measured.length * 0.99)],
    };
  } finally {
    await station.close();
  }
}

/** An hour of frames over TCP into a station; nothing may be lost, and memory may not grow. */
async function hourOfFrames(deps: CommandDeps, rows: number, cols: number, frames: number) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  const station = openStation(requestOf(rows, cols, { kind: 'tcp', port }), null, simulatedSupply);
  const [socket]: Socket[] = await once(server, 'connection');
  const memory = await watchMemory();
  const every = Math.max(1, Math.floor((frames - WARM) / LOOKS));
  const started = performance.now();
  try {
    for (const next = frameWriter(rows, cols); next.index < frames; ) {
      if (!socket.write(next.frame())) await once(socket, 'drain', { signal: deps.signal });
      if (next.index % BURST === 0) await new Promise((resolve) => setImmediate(resolve));
      if (next.index < WARM || (next.index - WARM) % every !== 0) continue;
      await arrived(deps, () => station.view(-1), next.index);
      await memory.look(next.index);
    }
    const { counters } = await arrived(deps, () => station.view(-1), frames);
    const seconds = (performance.now() - started) / 1000;
    return {
      frames_arrived: counters.frames,
      lost: frames - counters.frames,
      corrupt: counters.corrupt,
      frames_per_s: frames / seconds,
      times_faster_than_100_hz: frames / seconds / RATE,
      memory_looked_at_from_frame: WARM,
      growth_is_per_frames: GROWTH,
      ...memory.result(GROWTH),
    };
  } finally {
    await station.close();
    socket.destroy();
    server.close();
  }
}

/** The station's counters once all frames came, or once none has come for five seconds. */
async function arrived(
  deps: CommandDeps,
  look: () => Promise<{ view: StationView }>,
  frames: number,
): Promise<StationView> {
  let [before, since] = [-1, performance.now()];
  for (;;) {
    deps.signal.throwIfAborted();
    const { view } = await look();
    if (view.counters.frames >= frames || performance.now() - since > 5000) return view;
    if (view.counters.frames !== before) [before, since] = [view.counters.frames, performance.now()];
    await sleep(5);
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Encodes simulated frames one after the other; each is a copy, as the socket keeps it until it is sent. */
function frameWriter(rows: number, cols: number) {
  const mat = simulateMat({
    subjects: 1,
    poses: 2,
    frames: 4,
    rows,
    cols,
    cellSize: 192 / Math.max(rows, cols),
  });
  const cells = rows * cols;
  const binary: Extract<Framing, { kind: 'binary' }> = framing.kind === 'binary' ? framing : neverCsv();
  const size = frameBytes(binary, cells);
  const templates = Array.from({ length: mat.frames.length / cells }, (_, at) => {
    const bytes = new Uint8Array(size);
    bytes.set([0xaa, 0x55]);
    const values = Uint16Array.from(
      mat.frames.subarray(at * cells, (at + 1) * cells),
      (value) => value * 100,
    );
    bytes.set(new Uint8Array(values.buffer), 6);
    return { bytes, sum: bytes.subarray(6, size - 1).reduce((sum, byte) => (sum + byte) & 255, 0) };
  });
  return {
    index: 0,
    frame(): Uint8Array {
      const { bytes, sum } = templates[this.index % templates.length];
      const copy = bytes.slice();
      new DataView(copy.buffer).setUint32(2, this.index++, true);
      copy[size - 1] = (sum + copy[2] + copy[3] + copy[4] + copy[5]) & 255;
      return copy;
    },
  };
}

function neverCsv(): never {
  throw new Error('the schema changed the kind of framing');
}
