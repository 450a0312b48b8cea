import { leaveGroupOut, stackLabelled } from '../../analysis/pressure/classify.ts';
import type { PersonOut, PersonScore, PmdScore } from '../../contract/pressure-keypoints.ts';
import { type KeypointModel, openDetector } from '../../models/pressure/detector.ts';
import { type FrameSet, frameCount, takeFrames } from '../../models/pressure/frames.ts';
import {
  mirrored,
  overGroups,
  type PostureSamples,
  postureMethods,
  postureNames,
  postureSamples,
  scorePostures,
} from './evaluate-postures.ts';
import { measureStability } from './evaluate-stability.ts';
import { oneOfEach, SIMULATED_FULL_SCALE } from './evaluation-frames.ts';
import type { PartContext } from './parts.ts';
import { lightPlan } from './plans.ts';
import { PMD_SCALE, type PmdFrames } from './pmd-frames.ts';

/**
 * Real mats: a model trained on all frames without labels, judged with each recording left out; the simulated model,
 * which never saw them; and models that never saw the person they are judged on.
 */
export async function evaluatePmd(
  part: PartContext,
  pmd: PmdFrames,
  simulatedModel: KeypointModel,
): Promise<{ score: PmdScore; model: KeypointModel }> {
  const { params } = part;
  const { set } = pmd;
  const plan = lightPlan(params, PMD_SCALE);
  const [started, used] = [performance.now(), process.cpuUsage()];
  const weights = await part.train('pmd', plan, set);
  const trainingSeconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(used);
  const model = { config: plan.config, weights, ...PMD_SCALE };
  const own = await recordingsOut(part, set, model, 'trained here');
  const foreign = await recordingsOut(part, set, { ...simulatedModel, ...PMD_SCALE }, 'from simulated');
  const postures = [
    ...own.postures,
    ...foreign.postures
      .filter(({ method }) => method.startsWith('keypoints'))
      .map(({ method, accuracy }) => ({ method: `${method} (model never saw pmd)`, accuracy })),
  ];
  return {
    model,
    score: {
      subjects: new Set(set.subjects).size,
      recordings: new Set(set.recordings).size,
      frames: frameCount(set),
      corruptFrames: pmd.corruptFrames,
      hotCells: pmd.hotCells,
      trainingSeconds,
      trainingProcessorSeconds: (user + system) / 1e6,
      ...(await peopleOut(part, set)),
      postures,
      stability: own.stability,
    },
  };
}

async function recordingsOut(part: PartContext, set: FrameSet, model: KeypointModel, mark: string) {
  const { params, engine } = part;
  const detector = await openDetector(model);
  try {
    const tell = (method: string) => part.tell(`pmd posture, ${mark}: ${method}`, 0, 1);
    const { floor } = PMD_SCALE;
    const postures = await scorePostures(engine, detector, set, set.recordings, floor, params.seed, tell);
    const all = [...set.subjects.keys()];
    const detection = await detector.detect(set.frames);
    const { stability } = await measureStability(detector, set, all, detection, floor, params.seed);
    return { postures, stability };
  } finally {
    await detector.release();
  }
}

/** Each person left out of everything: of what trains the network and of what trains the classifiers. */
async function peopleOut(part: PartContext, set: FrameSet): Promise<Pick<PmdScore, 'people' | 'subjectOut'>> {
  const subjects = [...new Set(set.subjects)];
  if (subjects.length < 2) return { people: [], subjectOut: [] };
  const people: PersonOut[] = [];
  const found = new Map<string, { right: boolean[]; recordings: string[]; people: number[] }>();
  for (const subject of subjects) {
    const indices = (own: boolean) =>
      set.subjects.flatMap((one, index) => ((one === subject) === own ? [index] : []));
    const [theirs, others] = [takeFrames(set, indices(true)), takeFrames(set, indices(false))];
    const known = postureNames(others, mirrored(others));
    const missing = postureNames(theirs).filter((posture) => !known.includes(posture));
    const shown = missing.length === 0 ? others : together(others, standIns(part));
    const recordings = new Set(theirs.recordings).size;
    people.push({ subject, recordings, frames: frameCount(theirs), missing });
    for (const { name, right } of await tellPostures(part, subject, shown, theirs)) {
      const before = found.get(name) ?? { right: [], recordings: [], people: [] };
      found.set(name, {
        right: [...before.right, ...right],
        recordings: [...before.recordings, ...theirs.recordings],
        people: [...before.people, overGroups(right, theirs.recordings, part.params.seed).mean],
      });
    }
  }
  const subjectOut = [...found].map(
    ([method, { right, recordings, people: each }]): PersonScore => ({
      method,
      accuracy: overGroups(right, recordings, part.params.seed),
      people: each,
    }),
  );
  return { people, subjectOut };
}

/** Trains a network and every classifier on some people, and tells the postures of another one. */
async function tellPostures(part: PartContext, subject: string, shown: FrameSet, theirs: FrameSet) {
  const { params, engine } = part;
  const plan = lightPlan(params, PMD_SCALE);
  const weights = await part.train(`pmd without ${subject}`, plan, shown);
  const detector = await openDetector({ config: plan.config, weights, ...PMD_SCALE });
  try {
    const names = postureNames(shown, mirrored(shown), theirs);
    const read = (set: FrameSet) => postureSamples(detector, set, names, set.subjects, PMD_SCALE.floor);
    const [straight, flipped, tested] = [await read(shown), await read(mirrored(shown)), await read(theirs)];
    const train = (on: keyof PostureSamples) => stackLabelled([straight[on], flipped[on]]);
    const methods = postureMethods(engine, shown, params.keypoints, names.length, params.seed);
    const answers: { name: string; right: boolean[] }[] = [];
    for (const { name, on, classify } of methods) {
      part.tell(`pmd posture of ${subject}: ${name}`, 0, 1);
      answers.push({ name, right: await leaveGroupOut(classify, tested[on], train(on)) });
    }
    return answers;
  } finally {
    await detector.release();
  }
}

/** One frame of each simulated training recording, in the counts of the real mat. */
function standIns({ frames: { mat, train } }: PartContext): FrameSet {
  const set = takeFrames(mat, oneOfEach(mat, train));
  const scale = PMD_SCALE.fullScale / SIMULATED_FULL_SCALE;
  return {
    ...set,
    subjects: set.subjects.map((name) => `simulated ${name}`),
    frames: set.frames.map((value) => value * scale),
  };
}

function together(a: FrameSet, b: FrameSet): FrameSet {
  const frames = new Float32Array(a.frames.length + b.frames.length);
  frames.set(a.frames);
  frames.set(b.frames, a.frames.length);
  return {
    ...a,
    frames,
    subjects: [...a.subjects, ...b.subjects],
    recordings: [...a.recordings, ...b.recordings],
    postures: [...a.postures, ...b.postures],
  };
}
