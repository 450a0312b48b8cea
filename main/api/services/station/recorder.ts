import type { Device } from '../../../contract/live.ts';
import type { Recording } from '../../../contract/recordings.ts';
import { newId } from '../../../core/ids.ts';
import type { Project } from '../../../data/project.ts';

/** Frames that are written together. */
const PIECE = 128;

export interface Annotation {
  /** Since the recording began. */
  readonly seconds: number;
  readonly text: string;
}

/**
 * Writes a stream into the project while it is shown; every piece is kept as soon as it is full. Pieces are hashed and
 * compressed on other threads, so that the picture goes on meanwhile.
 */
export interface Recorder {
  readonly frames: number;
  readonly pseudonym: string;
  readonly annotations: readonly Annotation[];
  add(frame: Float32Array, arrival: number): void;
  annotate(text: string, now: number): void;
  seconds(now: number): number;
  /** Ends it: pieces become one array and a recording. Null where no frame came. */
  finish(): Promise<Recording | null>;
}

/** Begins a recording. @param now milliseconds of the clock that frames arrive by */
export function startRecorder(project: Project, device: Device, pseudonym: string, now: number): Recorder {
  const cells = device.rows * device.cols;
  const pieces: string[] = [];
  const arrivals: number[] = [];
  const annotations: Annotation[] = [];
  const name = `sub-${pseudonym} ${device.name}`;
  let piece = new Float32Array(PIECE * cells);
  let filled = 0;
  /** Pieces that are stored: their memory serves the next ones. */
  const spare: Float32Array<ArrayBuffer>[] = [];
  let written: Promise<void> = Promise.resolve();
  const simulated = device.transport.kind === 'simulated';
  const startedAt = Date.now() - (performance.now() - now);

  const write = () => {
    if (filled === 0) return;
    const values = piece;
    const shape = [filled, device.rows, device.cols];
    const number = pieces.length + 1;
    const { id } = project.arrays.create({
      name: `${name}, piece ${number}`,
      shape,
      chunkShape: shape,
      dtype: 'float32',
      unit: device.unit,
    });
    pieces.push(id);
    written = written
      .then(() => project.arrays.encodeChunk(id, [0, 0, 0], values.subarray(0, shape[0] * cells)))
      .then((encoded) => {
        project.arrays.writeEncoded(id, encoded);
        project.arrays.seal(id);
        spare.push(values);
      });
    // Told when the recording is finished; until then nobody waits for it.
    written.catch(() => {});
    piece = spare.pop() ?? new Float32Array(PIECE * cells);
    filled = 0;
  };

  return {
    get frames() {
      return arrivals.length;
    },
    pseudonym,
    annotations,
    add(frame, arrival) {
      piece.set(frame, filled * cells);
      filled += 1;
      arrivals.push((arrival - now) / 1000);
      if (filled === PIECE) write();
    },
    annotate(text, at) {
      annotations.push({ seconds: (at - now) / 1000, text });
    },
    seconds: (at) => (at - now) / 1000,
    async finish() {
      write();
      await written;
      if (arrivals.length === 0) return null;
      const interval =
        arrivals.length > 1 ? (arrivals[arrivals.length - 1] - arrivals[0]) / (arrivals.length - 1) : 1;
      const info = project.arrays.create({
        name,
        shape: [arrivals.length, device.rows, device.cols],
        chunkShape: [Math.min(PIECE, arrivals.length), device.rows, device.cols],
        dtype: 'float32',
        unit: device.unit,
        axes: [{ name: 'time', unit: 's', step: interval }, { name: 'row' }, { name: 'column' }],
        attributes: { device, annotations, arrivals, startedAt, simulated },
      });
      for (const [at, id] of pieces.entries()) {
        const { data } = project.arrays.read(id);
        project.arrays.writeEncoded(info.id, await project.arrays.encodeChunk(info.id, [at, 0, 0], data));
      }
      return project.transaction(() => {
        for (const id of pieces) project.arrays.delete(id);
        project.arrays.seal(info.id);
        const recording: Recording = {
          id: newId(),
          modality: 'pressure',
          subject: pseudonym,
          session: null,
          task: 'station',
          run: null,
          repeatGroup: null,
          stimulusId: null,
          dataArrayId: info.id,
          spaceId: null,
          confoundsArrayId: null,
          samplingInterval: Math.max(interval, 1e-6),
          sampleCount: arrivals.length,
          simulated,
          sourceFiles: [],
          notices: [],
        };
        project.recordings.put(recording);
        return recording;
      });
    },
  };
}
