import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  CheckpointAudit,
  CheckpointFault,
  CheckpointVerdict,
  TensorEntry,
} from '../../contract/checkpoints.ts';
import type { ReportProgress } from '../../core/progress.ts';
import { detours, jumps, leaps, outOfOrder } from './find-faults.ts';
import { SeriesGeometry } from './series-geometry.ts';
import { addToSketch, emptySketch } from './weight-sketch.ts';

/** One checkpoint to be audited; its tensors are read one at a time. */
export interface AuditedCheckpoint {
  readonly id: string;
  readonly step: number;
  readonly tensors: readonly TensorEntry[];
  read(name: string): Float32Array;
}

/** Fewest checkpoints that have an order which can be doubted. */
const LEAST = 4;
/** Weights lie beside a step when they are at most so many times as far from it as its own neighbours are. */
const FITS = 3;

interface Looked extends AuditedCheckpoint {
  /** Hashes of all tensors: equal for equal weights. */
  readonly content: string;
  readonly shapes: string;
  readonly norm: number | null;
  readonly sketch: Float64Array;
  readonly faults: { fault: CheckpointFault; message: string }[];
  resembles: number | null;
}

/**
 * Looks through a series of checkpoints for faults that published series have had (EleutherAI/pythia#205, #206):
 * copies of another step, weights of another step, other tensors, values that are not finite, discontinuities in
 * norm and in cosine to the first step, weights off the way. Cosines, distances and places are estimated from count
 * sketches (see weight-sketch.ts), norms are exact.
 * @param checkpoints ascending in step
 * @returns a verdict per step: faulty, suspect (has a reason to be looked at) or sound
 */
export async function auditSeries(
  runId: string,
  checkpoints: readonly AuditedCheckpoint[],
  signal: AbortSignal,
  report: ReportProgress,
): Promise<CheckpointAudit> {
  const looked: Looked[] = [];
  for (const checkpoint of checkpoints) {
    looked.push(await look(checkpoint, signal));
    report({ phase: 'audit', done: looked.length, total: checkpoints.length, unit: 'checkpoints' });
  }
  const geometry = new SeriesGeometry(looked.map(({ sketch }) => sketch));
  markOddOnes(looked);
  markDuplicates(looked, geometry);
  const members = [...looked.keys()].filter((at) => looked[at].faults.length === 0);
  const progress = members.length < LEAST ? [] : geometry.progress(members);
  if (members.length >= LEAST) markMisplaced(looked, geometry, members, progress);
  const inOrder = members.filter((at) => looked[at].faults.length === 0);
  const first = inOrder[0] ?? 0;
  const compared = members.filter((at) => !looked[at].faults.some(({ fault }) => fault === 'out-of-order'));
  markJumps(looked, geometry, compared, first);
  const verdicts = looked.map((one, at) => verdictOf(one, at, looked, geometry, first, members, progress));
  return {
    runId,
    verdicts,
    faulty: verdicts.filter(({ verdict }) => verdict === 'faulty').length,
    suspect: verdicts.filter(({ verdict }) => verdict === 'suspect').length,
  };
}

async function look(checkpoint: AuditedCheckpoint, signal: AbortSignal): Promise<Looked> {
  const sketch = emptySketch();
  let squares: number | null = 0;
  for (const { name, norm } of checkpoint.tensors) {
    await nextTurn();
    signal.throwIfAborted();
    squares = squares === null || norm === null ? null : squares + norm ** 2;
    if (norm !== null) addToSketch(sketch, name, checkpoint.read(name));
  }
  const { tensors } = checkpoint;
  return {
    ...checkpoint,
    read: checkpoint.read,
    content: tensors.map(({ name, hash }) => `${name} ${hash}`).join('\n'),
    shapes: tensors.map(({ name, shape }) => `${name} ${shape.join('x')}`).join('\n'),
    norm: squares === null ? null : Math.sqrt(squares),
    sketch,
    faults: [],
    resembles: null,
  };
}

/** Those with tensors of their own, and those with values that are not finite. */
function markOddOnes(looked: readonly Looked[]): void {
  const counts = new Map<string, number>();
  for (const { shapes } of looked) counts.set(shapes, (counts.get(shapes) ?? 0) + 1);
  const usual = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), ['', 0])[0];
  for (const one of looked) {
    if (one.shapes !== usual) {
      const message = 'Its tensors have other names or shapes than those of most steps.';
      one.faults.push({ fault: 'other-tensors', message });
    }
    if (one.norm === null) {
      const name = one.tensors.find(({ norm }) => norm === null)?.name ?? '';
      one.faults.push({ fault: 'not-finite', message: `${name} holds values that are not finite numbers.` });
    }
  }
}

/** Of several steps with the very same weights the one that lies nearest to its neighbours is taken for the true one. */
function markDuplicates(looked: readonly Looked[], geometry: SeriesGeometry): void {
  const groups = new Map<string, number[]>();
  for (const [at, { content, faults }] of looked.entries()) {
    if (faults.length === 0) groups.set(content, [...(groups.get(content) ?? []), at]);
  }
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    const others = [...groups.values()]
      .filter((one) => one !== group)
      .flat()
      .sort((a, b) => a - b);
    const cost = (at: number): number => {
      const left = others.findLast((other) => other < at);
      const right = others.find((other) => other > at);
      const [a, b] = [left ?? right, right ?? left];
      return a === undefined || b === undefined ? 0 : geometry.distance(at, a) + geometry.distance(at, b);
    };
    const original = group.reduce((best, at) => (cost(at) < cost(best) ? at : best));
    for (const at of group.filter((one) => one !== original)) {
      const { step } = looked[original];
      looked[at].resembles = step;
      looked[at].faults.push({
        fault: 'duplicate',
        message: `Its weights are, bit for bit, those of step ${step}.`,
      });
    }
  }
}

/** Those that are off the way of training: weights of another step, or of no step of this series. */
function markMisplaced(
  looked: readonly Looked[],
  geometry: SeriesGeometry,
  members: readonly number[],
  progress: readonly number[],
): void {
  const misplaced = new Set(outOfOrder(members, progress));
  const chain = members.filter((at) => !misplaced.has(at));
  for (const at of misplaced) {
    const slot = chain.reduce(
      (best, other, index) =>
        geometry.distance(at, other) < geometry.distance(at, chain[best]) ? index : best,
      0,
    );
    const nearest = chain[slot];
    const around = [chain[slot - 1], chain[slot + 1]].filter((other) => other !== undefined);
    const spacing = Math.max(...around.map((other) => geometry.distance(nearest, other)));
    const { step } = looked[nearest];
    if (geometry.distance(at, nearest) <= FITS * spacing) {
      looked[at].resembles = step;
      const message = `Its weights do not lie between those of the steps around it: they lie beside those of step ${step}.`;
      looked[at].faults.push({ fault: 'out-of-order', message });
    } else {
      const message = `Its weights lie off the way of this series; the nearest sound step, ${step}, is far from them.`;
      looked[at].faults.push({ fault: 'off-course', message });
    }
  }
}

function markJumps(
  looked: readonly Looked[],
  geometry: SeriesGeometry,
  members: readonly number[],
  first: number,
): void {
  const mark = (at: number, fault: CheckpointFault, message: string) =>
    looked[at].faults.push({ fault, message });
  const logNorms = members.map((at) => Math.log(looked[at].norm ?? Number.NaN));
  for (const slot of jumps(logNorms, 0.005)) {
    mark(members[slot], 'norm-jump', 'The norm of its weights jumps away from that of the steps around it.');
  }
  // Beyond the first, whose cosine with itself is 1 by definition.
  const later = members.slice(1);
  const cosines = later.map((at) => geometry.cosine(at, first));
  for (const slot of jumps(cosines, 0.01)) {
    const { step } = looked[first];
    mark(
      later[slot],
      'cosine-jump',
      `Its cosine to step ${step} jumps away from that of the steps around it.`,
    );
  }
  for (const at of detours(geometry, members)) {
    mark(at, 'weights-jump', 'The steps around it are nearer to each other than to it.');
  }
  for (const at of leaps(geometry, members)) {
    mark(at, 'weights-jump', 'From the step before, the weights leap far further than between other steps.');
  }
}

/** Faults that say what is wrong; the others say where to look. */
const CERTAIN: readonly CheckpointFault[] = [
  'duplicate',
  'out-of-order',
  'off-course',
  'not-finite',
  'other-tensors',
];

function verdictOf(
  one: Looked,
  at: number,
  looked: readonly Looked[],
  geometry: SeriesGeometry,
  first: number,
  members: readonly number[],
  progress: readonly number[],
): CheckpointVerdict {
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  const comparable = one.norm !== null && one.shapes === looked[first].shapes;
  const before = at === 0 || looked[at - 1].norm === null ? null : at - 1;
  const certain = one.faults.some(({ fault }) => CERTAIN.includes(fault));
  return {
    checkpointId: one.id,
    step: one.step,
    verdict: certain ? 'faulty' : one.faults.length > 0 ? 'suspect' : 'sound',
    faults: one.faults,
    resembles: one.resembles,
    norm: one.norm,
    cosineToFirst: comparable ? finite(geometry.cosine(at, first)) : null,
    change:
      comparable && before !== null ? finite(geometry.distance(before, at) / geometry.norm(before)) : null,
    progress: progress[members.indexOf(at)] ?? null,
  };
}
