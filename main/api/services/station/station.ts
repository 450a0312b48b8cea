import { performance } from 'node:perf_hooks';
import { centrePath } from '../../../analysis/pressure/centre-path.ts';
import { gaitMeasures } from '../../../analysis/pressure/gait.ts';
import {
  defaultMeasures,
  type FrameMeasures,
  measureFrame,
  type PressureGrid,
} from '../../../analysis/pressure/measures.ts';
import type { Device } from '../../../contract/live.ts';
import type { Recording } from '../../../contract/recordings.ts';
import type { StationRequest, StationTest, StationView, TestResult } from '../../../contract/station.ts';
import { UserError } from '../../../core/errors.ts';
import type { Project } from '../../../data/project.ts';
import type { LiveFrame } from '../../../live/frame-source.ts';
import { type LiveStream, openLiveStream } from '../../../live/live-stream.ts';
import type { SimulatedSource } from '../../../live/open-transport.ts';
import { nearestEdges } from '../../../models/pressure/nearest-edges.ts';
import { resample } from '../../../studies/pressure-keypoints/evaluation-frames.ts';
import type { ReadPosture, StationModel } from '../../../studies/pressure-keypoints/posture-reader.ts';
import { type Recorder, startRecorder } from './recorder.ts';
import { createTurnWatch, type TurnWatch } from './turn-watch.ts';

/** Points of the centre's path that are drawn. */
const PATH = 240;
/** Arrivals that the rate is told from. */
const RATE_FRAMES = 60;
/** Share of the mean load from which a half of the mat counts as trodden on, in the gait test. */
const TRODDEN = 0.05;

interface RunningTest {
  readonly kind: StationTest;
  readonly started: number;
  readonly x: number[];
  readonly y: number[];
  readonly left: number[];
  readonly right: number[];
  readonly arrivals: number[];
}

/** One device on the station's screen: its stream, what is measured and found in it, and what is recorded. */
export interface Station {
  readonly device: Device;
  /** The newest frame with everything known about it; waits for one newer than `after`, at most a moment. */
  view(after: number): Promise<{ view: StationView; values: Float32Array; risk: Float32Array }>;
  record(project: Project, pseudonym: string): void;
  annotate(text: string): void;
  /** Ends the recording; null where nothing was recorded. */
  stopRecording(): Recording | null;
  startTest(kind: StationTest): void;
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
  private readonly turnMinutes: number;
  private readonly grid: PressureGrid;
  private readonly turns: TurnWatch;
  private readonly risk: Float32Array;
  private readonly path: ([number, number] | null)[] = [];
  private readonly arrivals: number[] = [];
  private readonly results: TestResult[] = [];
  private latest: LiveFrame | null = null;
  private measures: FrameMeasures | null = null;
  private leftShare = Number.NaN;
  private points: [number, number, number][] = [];
  private edges: [number, number][] = [];
  private posture: ReadPosture | null = null;
  private detecting = false;
  private recorder: Recorder | null = null;
  private test: RunningTest | null = null;
  private readonly waiting = new Set<() => void>();

  constructor(request: StationRequest, model: StationModel | null, stream: LiveStream) {
    const { device } = request;
    this.device = device;
    this.model = model;
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
    this.risk = new Float32Array(device.rows * device.cols);
    this.turns = createTurnWatch(device.rows, device.cols, 0);
    stream.onFrame((frame) => this.take(frame));
    stream.onState(() => this.wake());
  }

  async view(after: number): Promise<{ view: StationView; values: Float32Array; risk: Float32Array }> {
    if (this.latest === null || this.latest.index <= after) await this.newer();
    const values = this.latest?.values ?? new Float32Array(this.device.rows * this.device.cols);
    return { view: this.describe(), values, risk: this.risk };
  }

  record(project: Project, pseudonym: string): void {
    if (this.recorder !== null)
      throw new UserError('station.recording', 'A recording is running; stop it first.');
    this.recorder = startRecorder(project, this.device, pseudonym, performance.now());
  }

  annotate(text: string): void {
    if (this.recorder === null)
      throw new UserError('station.not-recording', 'Notes belong to a recording; start one first.');
    this.recorder.annotate(text, performance.now());
  }

  stopRecording(): Recording | null {
    const recorder = this.recorder;
    this.recorder = null;
    return recorder?.finish() ?? null;
  }

  startTest(kind: StationTest): void {
    this.test = { kind, started: performance.now(), x: [], y: [], left: [], right: [], arrivals: [] };
  }

  stopTest(): void {
    if (this.test !== null) this.results.push(finishTest(this.test));
    this.test = null;
  }

  turned(): void {
    this.turns.reset(performance.now() / 1000);
    this.risk.fill(0);
  }

  async close(): Promise<void> {
    this.stopRecording();
    await this.stream.close();
    this.wake();
    await this.model?.release();
  }

  private take(frame: LiveFrame): void {
    const { threshold, cols } = this.device;
    const elapsed = this.latest === null ? 0 : Math.min(5, (frame.arrival - this.latest.arrival) / 1000);
    this.latest = frame;
    this.recorder?.add(frame.values, frame.arrival);
    let [left, sum] = [0, 0];
    for (let cell = 0; cell < frame.values.length; cell++) {
      const value = frame.values[cell];
      if (!(value > threshold)) continue;
      this.risk[cell] += (value * elapsed) / 60;
      sum += value;
      if (cell % cols < cols / 2) left += value;
    }
    this.leftShare = sum > 0 ? left / sum : Number.NaN;
    const measured = measureFrame(frame.values, this.grid, { ...defaultMeasures, threshold });
    this.measures = measured;
    const centre = this.centreCell(measured);
    this.path.push(centre);
    if (this.path.length > PATH) this.path.shift();
    this.arrivals.push(frame.arrival);
    if (this.arrivals.length > RATE_FRAMES) this.arrivals.shift();
    this.turns.see(frame.values, frame.arrival / 1000);
    if (this.test !== null) {
      this.test.x.push(measured.centreX);
      this.test.y.push(measured.centreY);
      this.test.left.push(left);
      this.test.right.push(sum - left);
      this.test.arrivals.push(frame.arrival);
    }
    void this.detect(frame);
    this.wake();
  }

  private centreCell({ centreX, centreY }: FrameMeasures): [number, number] | null {
    if (!Number.isFinite(centreX)) return null;
    return [centreY / (this.grid.cellHeight ?? 1) - 0.5, centreX / (this.grid.cellWidth ?? 1) - 0.5];
  }

  /** Finds keypoints in the newest frame; frames that come while it is at it are not looked at. */
  private async detect(frame: LiveFrame): Promise<void> {
    if (this.model === null || this.detecting) return;
    this.detecting = true;
    try {
      const { detector } = this.model;
      const { rows, cols, keypoints } = detector.config;
      const same = rows === this.device.rows && cols === this.device.cols;
      const values = same
        ? frame.values
        : resample(frame.values, this.device.rows, this.device.cols, rows, cols);
      const { points } = await detector.detect(values);
      const [down, across] = [this.device.rows / rows, this.device.cols / cols];
      this.points = Array.from({ length: keypoints }, (_, at) => [
        points[at * 3],
        (points[at * 3 + 1] + 0.5) * down - 0.5,
        (points[at * 3 + 2] + 0.5) * across - 0.5,
      ]);
      if (this.edges.length === 0) this.edges = edgesOf(this.points);
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
    const minutesSinceTurn = this.turns.since(now / 1000) / 60;
    return {
      index: latest?.index ?? -1,
      rows: device.rows,
      cols: device.cols,
      unit: device.unit,
      device: device.name,
      simulated: device.transport.kind === 'simulated',
      state: stream.state,
      reason: stream.reason,
      counters: stream.counters,
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
            },
      path: [...this.path],
      keypoints: this.points,
      edges: this.edges,
      posture:
        this.posture === null || this.model === null
          ? null
          : { ...this.posture, trainedOn: this.model.trainedOn },
      risk: { minutesSinceTurn, turnMinutes: this.turnMinutes, due: minutesSinceTurn >= this.turnMinutes },
      recording:
        this.recorder === null
          ? null
          : {
              frames: this.recorder.frames,
              seconds: this.recorder.seconds(now),
              pseudonym: this.recorder.pseudonym,
            },
      annotations: [...(this.recorder?.annotations ?? [])],
      test: this.test === null ? null : { kind: this.test.kind, seconds: (now - this.test.started) / 1000 },
      results: [...this.results],
      bytes: Buffer.from(stream.lastBytes().subarray(-64)).toString('hex'),
    };
  }
}

/** Lines between points that lie near each other. */
function edgesOf(points: readonly (readonly [number, number, number])[]): [number, number][] {
  const edges = nearestEdges(
    points.map(([, row, col]) => [row, col]),
    2,
  );
  const n = points.length;
  return Array.from({ length: n * n }, (_, at): [number, number] => [Math.floor(at / n), at % n]).filter(
    ([a, b]) => a < b && edges[a * n + b] === 1,
  );
}

function finishTest(test: RunningTest): TestResult {
  const { arrivals } = test;
  const seconds = arrivals.length < 2 ? 0 : (arrivals[arrivals.length - 1] - arrivals[0]) / 1000;
  const rate = seconds === 0 ? null : (arrivals.length - 1) / seconds;
  const orNull = (value: number) => (Number.isFinite(value) ? value : null);
  if (test.kind === 'gait') {
    const level = TRODDEN * Math.max(...test.left, ...test.right, 0);
    const on = (loads: readonly number[]) => loads.map((load) => load > level);
    const gait = gaitMeasures(on(test.left), on(test.right), rate ?? 1);
    return {
      kind: 'gait',
      seconds,
      steps: gait.steps,
      cadence: orNull(gait.cadence),
      stanceSeconds: orNull(gait.stance),
      swingSeconds: orNull(gait.swing),
    };
  }
  const path = centrePath(test.x, test.y, rate);
  return {
    kind: 'balance',
    seconds,
    rate,
    pathLength: orNull(path.length),
    velocity: orNull(path.meanVelocity),
    ellipseArea: orNull(path.ellipseArea),
    rangeX: orNull(path.rangeX),
    rangeY: orNull(path.rangeY),
    resolvesSway: path.resolvesSway,
  };
}
