import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorInfo } from '../../../contract/errors.ts';
import type { Device } from '../../../contract/live.ts';
import type { Recording } from '../../../contract/recordings.ts';
import { toErrorInfo } from '../../../core/errors.ts';
import { newId } from '../../../core/ids.ts';
import type { Project } from '../../../data/project.ts';
import type { LiveFrame } from '../../../live/frame-source.ts';
import {
  joinPieces,
  nameOf,
  PIECE,
  pieceAttributes,
  type Sitting,
  type Stretch,
} from './recording-pieces.ts';

/** Memory that frames may wait in to be stored before the device is asked to wait, where it can. */
const HOLD_BYTES = 32 * 1024 * 1024;
/** Memory at which frames are left out and counted. */
const MOST_BYTES = 512 * 1024 * 1024;
/** Wait before storing is tried again. */
const RETRY_MS = 1000;

export interface Annotation {
  /** Since the recording began. */
  readonly seconds: number;
  readonly text: string;
}

/**
 * Writes a stream into the project while it is shown; every piece is kept as soon as it is full. Pieces are hashed and
 * compressed on other threads, so that the picture goes on meanwhile. Where storing fails or is slow, frames wait in
 * memory and it is tried again.
 */
export interface Recorder {
  readonly frames: number;
  readonly pseudonym: string;
  readonly annotations: readonly Annotation[];
  /** Frames that were left out, because too many waited already. */
  readonly overrun: number;
  /** Why frames wait in memory; null while they are stored. */
  readonly trouble: ErrorInfo | null;
  /** @param clockOffset what the sender's clock must be corrected by to be ours, in seconds; null where not known */
  add(frame: LiveFrame, clockOffset: number | null): void;
  annotate(text: string, now: number): void;
  seconds(now: number): number;
  /**
   * Ends it: pieces become one array and a recording. Null where no frame came. Where it throws, nothing is lost and it
   * may be called again.
   * @throws UserError where what is left cannot be stored
   */
  finish(): Promise<Recording | null>;
}

/** Limits that tests make small. */
interface RecorderLimits {
  readonly holdBytes?: number;
  readonly mostBytes?: number;
  readonly retryMs?: number;
}

/**
 * Begins a recording.
 * @param now milliseconds of the clock that frames arrive by
 * @param hold asks the device to wait, or to go on
 */
export function startRecorder(
  project: Pick<Project, 'arrays' | 'recordings' | 'transaction'>,
  device: Device,
  pseudonym: string,
  now: number,
  hold: (waiting: boolean) => void,
  { holdBytes = HOLD_BYTES, mostBytes = MOST_BYTES, retryMs = RETRY_MS }: RecorderLimits = {},
): Recorder {
  const cells = device.rows * device.cols;
  const pieceBytes = 4 * PIECE * cells;
  const pieces: string[] = [];
  const arrivals: number[] = [];
  const clocks: (number | null)[] = [];
  const clockOffsets: { seconds: number; offset: number }[] = [];
  const annotations: Annotation[] = [];
  const sitting: Sitting = {
    id: newId(),
    device,
    pseudonym,
    startedAt: Date.now() - (performance.now() - now),
  };
  /** How much of the above went with pieces already. */
  const told = { frames: 0, offsets: 0, annotations: 0 };
  const queue: { values: Float32Array<ArrayBuffer>; frames: number; stretch: Stretch; id?: string }[] = [];
  /** Memory of pieces that are stored, which serves the next ones. */
  const spare: Float32Array<ArrayBuffer>[] = [];
  let piece = new Float32Array(PIECE * cells);
  let filled = 0;
  let overrun = 0;
  let trouble: ErrorInfo | null = null;
  let held = false;
  let ended = false;
  let draining: Promise<void> | null = null;

  const balance = () => {
    const behind = !ended && queue.length * pieceBytes > holdBytes;
    if (behind !== held) hold(behind);
    held = behind;
  };

  const store = async (waiting: (typeof queue)[number]) => {
    const shape = [waiting.frames, device.rows, device.cols];
    waiting.id ??= project.arrays.create({
      name: `${nameOf(sitting)}, piece ${pieces.length + 1}`,
      shape,
      chunkShape: shape,
      dtype: 'float32',
      unit: device.unit,
      attributes: pieceAttributes(sitting, waiting.stretch),
    }).id;
    const { id, values, frames } = waiting;
    const encoded = await project.arrays.encodeChunk(id, [0, 0, 0], values.subarray(0, frames * cells));
    project.transaction(() => {
      project.arrays.writeEncoded(id, encoded);
      project.arrays.seal(id);
    });
    pieces.push(id);
  };

  const drain = async () => {
    for (let first = queue[0]; first !== undefined; first = queue[0]) {
      try {
        await store(first);
      } catch (thrown) {
        trouble = toErrorInfo(thrown);
        if (ended) throw thrown;
        await sleep(retryMs);
        continue;
      }
      trouble = null;
      queue.shift();
      if (spare.length < 2) spare.push(first.values);
      balance();
    }
  };

  const drained = (): Promise<void> => {
    draining ??= drain().finally(() => {
      draining = null;
    });
    return draining;
  };

  const cut = () => {
    if (filled === 0) return;
    const stretch = {
      arrivals: arrivals.slice(told.frames),
      clocks: clocks.slice(told.frames),
      clockOffsets: clockOffsets.slice(told.offsets),
      annotations: annotations.slice(told.annotations),
    };
    Object.assign(told, {
      frames: arrivals.length,
      offsets: clockOffsets.length,
      annotations: annotations.length,
    });
    queue.push({ values: piece, frames: filled, stretch });
    piece = spare.pop() ?? new Float32Array(PIECE * cells);
    filled = 0;
    balance();
  };

  return {
    get frames() {
      return arrivals.length;
    },
    get overrun() {
      return overrun;
    },
    get trouble() {
      return trouble;
    },
    pseudonym,
    annotations,
    add({ values, arrival, deviceClock }, clockOffset) {
      if (ended) return;
      if ((queue.length + 1) * pieceBytes > mostBytes) {
        overrun += 1;
        return;
      }
      piece.set(values, filled * cells);
      filled += 1;
      const seconds = (arrival - now) / 1000;
      arrivals.push(seconds);
      clocks.push(deviceClock);
      if (clockOffset !== null && clockOffsets.at(-1)?.offset !== clockOffset)
        clockOffsets.push({ seconds, offset: clockOffset });
      if (filled < PIECE) return;
      cut();
      // Told by `trouble`, and when the recording is finished.
      drained().catch(() => {});
    },
    annotate(text, at) {
      annotations.push({ seconds: (at - now) / 1000, text });
    },
    seconds: (at) => (at - now) / 1000,
    async finish() {
      ended = true;
      cut();
      balance();
      await drained();
      if (arrivals.length === 0) return null;
      return joinPieces(project, sitting, pieces, { arrivals, clocks, clockOffsets, annotations });
    },
  };
}
