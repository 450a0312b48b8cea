import { performance } from 'node:perf_hooks';
import { type CentreTrack, createCentreTrack } from '../../../analysis/pressure/centre-track.ts';
import {
  defaultMeasures,
  type FrameMeasures,
  measureFrame,
  type PressureGrid,
} from '../../../analysis/pressure/measures.ts';
import type { HidBatch } from '../../../contract/hid-reports.ts';
import type { Device } from '../../../contract/live.ts';
import type { PressureTest, TestResult } from '../../../contract/pressure-tests.ts';
import type { Recording } from '../../../contract/recordings.ts';
import type { StationRequest, StationView } from '../../../contract/station.ts';
import { UserError } from '../../../core/errors.ts';
import type { Project } from '../../../data/project.ts';
import type { LiveFrame } from '../../../live/frame-source.ts';
import { type LiveStream, openLiveStream } from '../../../live/live-stream.ts';
import type { SimulatedSource } from '../../../live/open-transport.ts';
import { nearestEdges } from '../../../models/pressure/nearest-edges.ts';
import type { ReadPosture, StationModel } from '../../../studies/pressure-keypoints/posture-reader.ts';
import { framesForModel, type ModelFrames } from './model-frames.ts';
import { createPressureTime, type PressureTime } from './pressure-time.ts';
import { type Recorder, startRecorder } from './recorder.ts';
import { type RunningTest, startStationTest } from './station-test.ts';
import { createTurnWatch, type TurnWatch } from './turn-watch.ts';

/** Points of the centre's path that are drawn. */
const PATH = 240;
/** Share of the newest frame in where keypoints usually lie: the skeleton follows slowly and does not flicker. */
const NEWEST = 0.1;
/** Arrivals that the rate is told from. */
const RATE_FRAMES = 60;
/** Raw bytes that the page shows. */
const SHOWN_BYTES = 64;

/** One device on the station's screen: its stream, what is measured and found in it, and what is recorded. */
export interface Station {
  readonly device: Device;
  /** The newest frame with everything known about it; waits for one newer than `after`, at most a moment. */
  view(after: number): Promise<{ view: StationView; values: Float32Array; risk: Float32Array }>;
  /** Takes what the page read of a HID device. @throws UserError `live.not-hid` */
  push(batch: HidBatch): Promise<void>;
  record(project: Project, pseudonym: string): void;
  annotate(text: string): void;
  /** Ends the recording; null where nothing was recorded. */
  stopRecording(): Promise<Recording | null>;
  startTest(kind: PressureTest): void;
  stopTest(): void;
  turned(): void;
  close(): Promise<void>;
}

/** How long a request for a newer frame waits. */
const WAIT_MS = 250;

/** Opens a device for the station. @param model finds keypoints; null shows pressure only */
export function openStation(
  request: StationRequest,
  model: StationModel | null,
  simulated: SimulatedSource,
): Station {
  return new RunningStation(request, model, openLiveStream(request.device, simulated));
}

class RunningStation implements Station {
  readonly device: Device;
  private readonly stream: LiveStream;
  private readonly model: StationModel | null;
  private readonly modelFrames: ModelFrames | null;
  private readonly turnMinutes: number;
  private readonly grid: PressureGrid;
  private readonly turns: TurnWatch;
  private readonly pressureTime: PressureTime;
  private readonly path: CentreTrack;
  private readonly arrivals: number[] = [];
  private readonly results: TestResult[] = [];
  private latest: LiveFrame | null = null;
  private measures: FrameMeasures | null = null;
  private leftShare = Number.NaN;
  private points: [number, number, number][] = [];
  /** Where each keypoint has been lying lately: row and column. */
  private usual: [number, number][] = [];
  private edges: [number, number][] = [];
  private posture: ReadPosture | null = null;
  private detecting = false;
  private recorder: Recorder | null = null;
  /** Frames that ended recordings left out. */
  private overrun = 0;
  private test: RunningTest | null = null;
  private sway: StationView['sway'] = null;
  private readonly waiting = new Set<() => void>();

  constructor(request: StationRequest, model: StationModel | null, stream: LiveStream) {
    const { device } = request;
    this.device = device;
    this.model = model;
    this.modelFrames = model === null ? null : framesForModel(device, model);
    this.stream = stream;
    this.turnMinutes = request.turnMinutes;
    const size = device.cellSize;
    this.grid = {
      rows: device.rows,
      cols: device.cols,
      cellWidth: size === null ? null : size.width / 10,
      cellHeight: size === null ? null : size.height / 10,
      cellArea: size === null ? null : (size.width * size.height) / 100,
    };
    this.pressureTime = createPressureTime(device.rows, device.cols, device.threshold);
    this.path = createCentreTrack(this.grid, PATH);
    this.turns = createTurnWatch(device.rows, device.cols, 0);
    stream.onFrame((frame) => this.take(frame));
    stream.onState(() => this.wake());
  }

  async view(after: number): Promise<{ view: StationView; values: Float32Array; risk: Float32Array }> {
    if (this.latest === null || this.latest.index <= after) await this.newer();
    const values = this.latest?.values ?? new Float32Array(this.device.rows * this.device.cols);
    return { view: this.describe(), values, risk: this.pressureTime.map };
  }

  push(batch: HidBatch): Promise<void> {
    return this.stream.push(batch);
  }

  record(project: Project, pseudonym: string): void {
    if (this.recorder !== null)
      throw new UserError('station.recording', 'A recording is running; stop it first.');
    this.recorder = startRecorder(project, this.device, pseudonym, performance.now(), (waiting) =>
      this.stream.pause(waiting),
    );
  }

  annotate(text: string): void {
    if (this.recorder === null)
      throw new UserError('station.not-recording', 'Notes belong to a recording; start one first.');
    this.recorder.annotate(text, performance.now());
  }

  async stopRecording(): Promise<Recording | null> {
    const { recorder } = this;
    if (recorder === null) return null;
    const recording = await recorder.finish();
    this.overrun += recorder.overrun;
    // Only now: what could not be stored stays, and stopping may be tried again.
    if (this.recorder === recorder) this.recorder = null;
    return recording;
  }

  startTest(kind: PressureTest): void {
    this.test = startStationTest(kind, this.grid);
    if (kind === 'balance') this.sway = null;
  }

  stopTest(): void {
    if (this.test === null) return;
    this.results.push(this.test.result());
    this.sway = this.test.sway() ?? this.sway;
    this.test = null;
  }

  turned(): void {
    this.turns.reset(this.now());
    this.pressureTime.reset();
  }

  async close(): Promise<void> {
    try {
      await this.stopRecording();
    } finally {
      await this.stream.close();
      this.wake();
      await this.model?.release();
    }
  }

  /**
   * Seconds at which a frame was measured. Recordings and simulated people carry their own clock, so that played
   * faster they still say the same; devices count by arrival.
   */
  private timeOf(frame: LiveFrame): number {
    const own = this.hasOwnClock() ? frame.deviceClock : null;
    return own ?? frame.arrival / 1000;
  }

  private now(): number {
    if (!this.hasOwnClock()) return performance.now() / 1000;
    return this.latest === null ? 0 : this.timeOf(this.latest);
  }

  private hasOwnClock(): boolean {
    return ['replay', 'simulated'].includes(this.device.transport.kind);
  }

  private take(frame: LiveFrame): void {
    const { threshold, cols } = this.device;
    const seconds = this.timeOf(frame);
    this.latest = frame;
    this.recorder?.add(frame, this.stream.clockOffset);
    let [left, sum] = [0, 0];
    for (let cell = 0; cell < frame.values.length; cell++) {
      const value = frame.values[cell];
      if (!(value > threshold)) continue;
      sum += value;
      if (cell % cols < cols / 2) left += value;
    }
    this.leftShare = sum > 0 ? left / sum : Number.NaN;
    const measured = measureFrame(frame.values, this.grid, { ...defaultMeasures, threshold });
    this.measures = measured;
    this.path.see(measured);
    this.arrivals.push(frame.arrival);
    if (this.arrivals.length > RATE_FRAMES) this.arrivals.shift();
    this.pressureTime.see(frame.values, seconds);
    if (this.turns.see(frame.values, seconds)) this.pressureTime.reset();
    this.test?.see(measured, left, sum - left, seconds);
    void this.detect(frame);
    this.wake();
  }

  /** Finds keypoints in the newest frame; frames that come while it is at it are not looked at. */
  private async detect(frame: LiveFrame): Promise<void> {
    const { modelFrames } = this;
    if (this.model === null || modelFrames === null || this.detecting) return;
    this.detecting = true;
    try {
      const { detector } = this.model;
      const { keypoints } = detector.config;
      const { points } = await detector.detect(modelFrames.toModel(frame.values));
      this.points = Array.from({ length: keypoints }, (_, at) => [
        points[at * 3],
        ...modelFrames.toDevice(points[at * 3 + 1], points[at * 3 + 2]),
      ]);
      this.usual = this.points.map(([, row, col], at): [number, number] => {
        const [y, x] = this.usual[at] ?? [row, col];
        return [y + NEWEST * (row - y), x + NEWEST * (col - x)];
      });
      this.edges = edgesOf(this.usual);
      const empty = (this.measures?.loadedCells ?? 0) === 0;
      this.posture = empty ? { label: null, confidence: 0 } : this.model.postures(points);
      if (empty) this.points = [];
    } finally {
      this.detecting = false;
    }
  }

  private newer(): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(limit);
        this.waiting.delete(end);
        resolve();
      };
      const limit = setTimeout(end, WAIT_MS);
      this.waiting.add(end);
    });
  }

  private wake(): void {
    for (const end of [...this.waiting]) end();
  }

  private describe(): StationView {
    const now = performance.now();
    const { device, latest, measures, stream } = this;
    const orNull = (value: number) => (Number.isFinite(value) ? value : null);
    const span = this.arrivals.length < 2 ? 0 : this.arrivals[this.arrivals.length - 1] - this.arrivals[0];
    const minutesSinceTurn = this.turns.since(this.now()) / 60;
    const sway = this.test?.sway() ?? this.sway;
    return {
      index: latest?.index ?? -1,
      rows: device.rows,
      cols: device.cols,
      unit: device.unit,
      device: device.name,
      simulated: device.transport.kind === 'simulated',
      state: stream.state,
      reason: stream.reason,
      counters: { ...stream.counters, overrun: this.overrun + (this.recorder?.overrun ?? 0) },
      rate: span === 0 ? null : (1000 * (this.arrivals.length - 1)) / span,
      delay: latest === null ? null : now - latest.arrival,
      measures:
        measures === null
          ? null
          : {
              contactArea: orNull(measures.contactArea),
              contactCells: measures.loadedCells,
              peak: measures.peak,
              mean: measures.mean,
              sum: measures.sum,
              dispersionIndex: measures.dispersionIndex,
              peakPressureIndex: measures.peakPressureIndex,
              leftShare: orNull(this.leftShare),
              centreX: orNull(measures.centreX),
              centreY: orNull(measures.centreY),
            },
      cell:
        this.grid.cellWidth === null || this.grid.cellHeight === null
          ? null
          : { width: this.grid.cellWidth, height: this.grid.cellHeight },
      threshold: device.threshold,
      path: this.path.places(),
      keypoints: this.points,
      resampledTo: this.modelFrames?.resampledTo ?? null,
      edges: this.edges,
      posture:
        this.posture === null || this.model === null
          ? null
          : { ...this.posture, trainedOn: this.model.trainedOn },
      risk: {
        minutesSinceTurn,
        turnMinutes: this.turnMinutes,
        due: minutesSinceTurn >= this.turnMinutes,
        ...this.pressureTime.highest(),
      },
      recording:
        this.recorder === null
          ? null
          : {
              frames: this.recorder.frames,
              seconds: this.recorder.seconds(now),
              pseudonym: this.recorder.pseudonym,
              trouble: this.recorder.trouble,
            },
      annotations: [...(this.recorder?.annotations ?? [])],
      test: this.test === null ? null : { kind: this.test.kind, seconds: this.test.seconds },
      results: [...this.results],
      sway,
      bytes: Buffer.from(stream.lastBytes(SHOWN_BYTES)).toString('hex'),
    };
  }
}

/** Lines between points that lie near each other. */
function edgesOf(points: [number, number][]): [number, number][] {
  const edges = nearestEdges(points, 2);
  const n = points.length;
  return Array.from({ length: n * n }, (_, at): [number, number] => [Math.floor(at / n), at % n]).filter(
    ([a, b]) => a < b && edges[a * n + b] === 1,
  );
}
