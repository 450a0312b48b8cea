import { standardise, standardiser } from '../../analysis/pressure/classify.ts';
import { keypointRunSettingsSchema } from '../../contract/keypoint-training.ts';
import { pressureKeypointsParamsSchema } from '../../contract/pressure-keypoints.ts';
import type { Project } from '../../data/project.ts';
import { type Detector, openDetector } from '../../models/pressure/detector.ts';
import { type FrameSet, frameCount, takeFrames } from '../../models/pressure/frames.ts';
import { type Matrix64, zeros64 } from '../../tensor/matrix.ts';
import { studyFrames } from './evaluation-frames.ts';
import { readModel } from './model-rows.ts';
import { readPmd } from './pmd-frames.ts';
import { padded } from './recordings/pad-frames.ts';
import { readRecordedFrames } from './recordings/recording-frames.ts';
import { readTrainedModel } from './recordings/trained-model.ts';

/** A posture with how sure it is; `label` is null where it is not sure, or the frame is like none that it knows. */
export interface ReadPosture {
  readonly label: string | null;
  readonly confidence: number;
}

/** Reads a posture off the keypoints of one frame: value, row and column of each. */
export type PostureReader = (points: ArrayLike<number>) => ReadPosture;

const NEIGHBOURS = 15;
/** Share of neighbours that must agree. */
const SURE = 0.7;
/** Frames farther from all known ones than this share of them are from each other are like none of them. */
const FAMILIAR = 0.98;

/**
 * Learns postures from labelled frames: the nearest neighbours vote, and a frame that is farther from all of them
 * than known frames of other recordings are from each other is called unknown.
 */
export async function learnPostures(detector: Detector, set: FrameSet): Promise<PostureReader> {
  const { points } = await detector.detect(set.frames);
  const width = detector.config.keypoints * 3;
  const count = set.postures.length;
  const raw: Matrix64 = { rows: count, cols: width, data: Float64Array.from(points) };
  const by = standardiser(raw);
  const known = standardise(raw, by);
  const distances = (row: ArrayLike<number>) =>
    Array.from({ length: count }, (_, other) => {
      let sum = 0;
      for (let col = 0; col < width; col++) sum += (row[col] - known.data[other * width + col]) ** 2;
      return sum;
    });
  const nearestElsewhere = Array.from({ length: count }, (_, row) => {
    const all = distances(known.data.subarray(row * width, (row + 1) * width));
    return Math.min(...all.filter((_value, other) => set.recordings[other] !== set.recordings[row]));
  }).sort((a, b) => a - b);
  const farthest = nearestElsewhere[Math.min(count - 1, Math.floor(FAMILIAR * count))];
  return (one) => {
    const own = zeros64(1, width);
    own.data.set(Array.from(one));
    const all = distances(standardise(own, by).data);
    const order = [...all.keys()].sort((a, b) => all[a] - all[b]).slice(0, NEIGHBOURS);
    const votes = new Map<string, number>();
    for (const other of order) {
      const label = set.postures[other] ?? '';
      votes.set(label, (votes.get(label) ?? 0) + 1 / order.length);
    }
    const [label, confidence] = [...votes].sort(([, a], [, b]) => b - a)[0];
    const sure = confidence >= SURE && all[order[0]] <= farthest;
    return { label: sure ? label : null, confidence };
  };
}

/** Frames that postures are learned from: more would make a reading slow. */
const MOST_KNOWN = 3000;

/** A model trained on recordings: postures are the tasks of the recordings, where there are several. */
async function openTrainedModel(
  project: Project,
  run: string,
  floor: number,
  signal: AbortSignal,
): Promise<StationModel> {
  const model = readTrainedModel(project, run);
  const { recordings, rows, cols } = keypointRunSettingsSchema.parse(project.training.get(run).settings);
  const grid = { rows, cols };
  const kept = recordings.filter((id) => project.recordings.find(id) !== null);
  const detector = await openDetector({ ...model, floor: floor > 0 ? floor : model.floor }, { threads: 1 });
  const tasks = new Set(kept.map((id) => project.recordings.get(id).task));
  if (tasks.size < 2) {
    const unknown: PostureReader = () => ({ label: null, confidence: 0 });
    return { detector, postures: unknown, trainedOn: 'recordings', grid, release: () => detector.release() };
  }
  const { floor: own, fullScale } = model;
  const { set } = readRecordedFrames(
    project,
    { recordings: kept, every: null, floor: own, fullScale },
    signal,
  );
  const count = frameCount(set);
  const wanted = Math.min(MOST_KNOWN, count);
  const some = takeFrames(
    padded(set, model.config),
    Array.from({ length: wanted }, (_, at) => Math.floor((at * count) / wanted)),
  );
  const learner = await openDetector(model);
  try {
    const postures = await learnPostures(learner, some);
    return { detector, postures, trainedOn: 'recordings', grid, release: () => detector.release() };
  } finally {
    await learner.release();
  }
}

/** What a station needs of a model: its detector, and what reads postures off it. */
export interface StationModel {
  readonly detector: Detector;
  readonly postures: PostureReader;
  readonly trainedOn: 'simulated' | 'pmd' | 'recordings';
  /** Cells of the mats that it was trained on, before they were filled up to the network's grid. */
  readonly grid: { readonly rows: number; readonly cols: number };
  release(): Promise<void>;
}

/**
 * Opens a model of a finished study with the postures that it was judged on.
 * @param floor pressure below which cells of the device count as unloaded; 0 keeps the model's own
 * @throws UserError `run.unknown`, `pressure.no-model`, `pressure.no-pmd`
 */
export async function openStationModel(
  project: Project,
  run: string,
  name: string,
  floor: number,
  signal: AbortSignal,
): Promise<StationModel> {
  if (name === 'checkpoint') return openTrainedModel(project, run, floor, signal);
  const params = pressureKeypointsParamsSchema.parse(project.runs.get(run).params);
  const model = readModel(project, run, name);
  const learner = await openDetector(model);
  const onMats = name === 'pmd' && params.pmd !== null;
  let postures: PostureReader;
  try {
    postures = await learnPostures(
      learner,
      onMats ? (await readPmd(params.pmd ?? '', signal)).set : studyFrames(params).mat,
    );
  } finally {
    await learner.release();
  }
  const detector = await openDetector({ ...model, floor: floor > 0 ? floor : model.floor }, { threads: 1 });
  const { rows, cols } = model.config;
  return {
    detector,
    postures,
    trainedOn: onMats ? 'pmd' : 'simulated',
    grid: { rows, cols },
    release: () => detector.release(),
  };
}
