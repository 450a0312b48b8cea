import { expect, test } from 'vitest';
import { type AuditedCheckpoint, auditSeries } from '../../../main/analysis/checkpoints/audit-series.ts';
import { compareTensors } from '../../../main/analysis/checkpoints/compare-tensors.ts';
import { SeriesGeometry } from '../../../main/analysis/checkpoints/series-geometry.ts';
import { addToSketch, emptySketch } from '../../../main/analysis/checkpoints/weight-sketch.ts';
import { contentHash } from '../../../main/core/hash.ts';
import { normals } from '../../../main/tensor/random/sampling.ts';
import { createRandom } from '../../../main/tensor/random/xoshiro.ts';

const WIDTH = 3000;
const noise = (stream: number): Float64Array => Float64Array.from(normals(createRandom(5, stream), WIDTH));

/** Steps of the Pythia suite: 0, powers of two to 512, then every thousand to 143,000. */
const pythia = [
  0,
  ...Array.from({ length: 10 }, (_, at) => 2 ** at),
  ...Array.from({ length: 143 }, (_, at) => 1000 * (at + 1)),
];

/** *Simulated* training: weights drift along one direction ever more slowly, bend, and wander a little. */
function trained(steps: readonly number[]): Float32Array[] {
  const [start, drift, bend] = [noise(0), noise(1), noise(2)];
  const wander = new Float64Array(WIDTH);
  let last = 0;
  return steps.map((step, at) => {
    const way = Math.log1p(step / 500);
    const fresh = noise(10 + at);
    for (let one = 0; one < WIDTH; one++) wander[one] += 0.08 * Math.sqrt(way - last) * fresh[one];
    last = way;
    return Float32Array.from(
      start,
      (value, one) => 0.02 * (value + 0.5 * way * drift[one] + 0.1 * way ** 1.5 * bend[one] + wander[one]),
    );
  });
}

function checkpoint(step: number, weights: Float32Array): AuditedCheckpoint {
  const tensors = { first: weights.subarray(0, 1000), second: weights.subarray(1000) };
  return {
    id: `id-${step}`,
    step,
    tensors: Object.entries(tensors).map(([name, values]) => {
      const norm = Math.hypot(...values);
      const bytes = new Uint8Array(values.slice().buffer);
      return {
        name,
        shape: [values.length],
        hash: contentHash(bytes),
        norm: Number.isFinite(norm) ? norm : null,
      };
    }),
    read: (name) => (name === 'first' ? tensors.first : tensors.second),
  };
}

const audit = (steps: readonly number[], weights: readonly Float32Array[]) =>
  auditSeries(
    'run',
    steps.map((step, at) => checkpoint(step, weights[at])),
    new AbortController().signal,
    () => {},
  );
const faultsOf = async (steps: readonly number[], weights: readonly Float32Array[]) =>
  (await audit(steps, weights)).verdicts
    .filter(({ faults }) => faults.length > 0)
    .map(({ step, faults, resembles }) => [step, faults.map(({ fault }) => fault).join(' '), resembles]);

test('a sound series is found sound, with norm, cosine and progress as they are', async () => {
  const weights = trained(pythia);
  const { verdicts, faulty, suspect } = await audit(pythia, weights);
  expect([faulty, suspect]).toEqual([0, 0]);
  const exact = compareTensors(weights[0], weights[100]);
  expect(verdicts[100].norm).toBeCloseTo(exact.normSecond ?? 0, 8);
  expect(Math.abs((verdicts[100].cosineToFirst ?? 0) - (exact.cosine ?? 0))).toBeLessThan(0.01);
  expect([verdicts[0].cosineToFirst, verdicts[0].change, verdicts[0].progress]).toEqual([1, null, 0]);
  expect(verdicts.at(-1)?.progress).toBeGreaterThan(0.95);
});

test('of 154 steps 86 hold weights of the end, step 0 among them (EleutherAI/pythia#205): each is told', async () => {
  const weights = trained(pythia);
  const random = createRandom(205);
  const wrong = new Set([0]);
  while (wrong.size < 86) wrong.add(random.integer(120));
  // Some are copies of late steps, others weights of the last thousands of steps that were never published.
  const late = trained([...pythia.slice(0, 140), 133_100, 135_300, 137_700, 139_900, 142_800]).slice(140);
  const published = weights.map((one, at) => {
    if (!wrong.has(at)) return one;
    return at % 3 === 0
      ? weights[140 + (at % 14)]
      : Float32Array.from(late[at % 5], (v, i) => v + 1e-4 * Math.sin(i + at));
  });
  const { verdicts } = await audit(pythia, published);
  const told = verdicts.filter(({ verdict }) => verdict === 'faulty').map(({ step }) => step);
  expect(told).toEqual([...wrong].sort((a, b) => a - b).map((at) => pythia[at]));
  for (const { faults, resembles } of verdicts.filter(({ verdict }) => verdict === 'faulty')) {
    expect(['duplicate', 'out-of-order']).toContain(faults[0].fault);
    // Either a late step, or another of those that hold late weights.
    expect(resembles !== null && (resembles >= 120_000 || wrong.has(pythia.indexOf(resembles)))).toBe(true);
  }
});

test('one copy, one pair in wrong order, one step of another seed, one that is not finite', async () => {
  const weights = trained(pythia);
  const planted = [...weights];
  planted[30] = weights[80];
  [planted[50], planted[90]] = [weights[90], weights[50]];
  planted[110] = Float32Array.from(noise(99), (value) => 0.05 * value);
  planted[130] = weights[130].with(7, Number.NaN);
  const faults = await faultsOf(pythia, planted);
  expect(faults.map(([step]) => step)).toEqual([30, 50, 90, 110, 130].map((at) => pythia[at]));
  expect(faults[0]).toEqual([pythia[30], 'duplicate', pythia[80]]);
  expect([faults[1][1], faults[2][1]]).toEqual(['out-of-order', 'out-of-order']);
  expect([faults[1][2], faults[2][2]].map((step) => pythia.indexOf(Number(step)))).toEqual([
    expect.closeTo(90, -1),
    expect.closeTo(50, -1),
  ]);
  expect(faults[3][1]).toContain('off-course');
  expect(faults[4]).toEqual([pythia[130], 'not-finite', null]);
});

test('weights that were scaled jump in norm; noise on one step jumps in cosine', async () => {
  const weights = trained(pythia);
  const planted = [...weights];
  planted[60] = weights[60].map((value) => 1.05 * value);
  const fresh = noise(77);
  planted[100] = weights[100].map((value, at) => value + 0.01 * fresh[at]);
  const faults = new Map((await faultsOf(pythia, planted)).map(([step, fault]) => [step, String(fault)]));
  expect([...faults.keys()]).toEqual([pythia[60], pythia[100]]);
  expect(faults.get(pythia[60])).toContain('norm-jump');
  expect(faults.get(pythia[100])).toContain('weights-jump');
});

test('a step with tensors of its own is told, and short series are audited without an order', async () => {
  const weights = trained(pythia);
  const steps = [0, 10, 20];
  const [a, b] = [checkpoint(0, weights[0]), checkpoint(10, weights[50])];
  const odd = { ...checkpoint(20, weights[60]), tensors: checkpoint(20, weights[60]).tensors.slice(1) };
  const { verdicts } = await auditSeries('run', [a, b, odd], new AbortController().signal, () => {});
  expect(verdicts.map(({ step, verdict }) => [step, verdict])).toEqual([
    [0, 'sound'],
    [10, 'sound'],
    [20, 'faulty'],
  ]);
  expect(verdicts[2].cosineToFirst).toBeNull();
  expect(await faultsOf(steps, [weights[0], weights[50], weights[50]])).toMatchObject([
    [expect.any(Number), 'duplicate', expect.any(Number)],
  ]);
});

test('inner products of sketches are those of the weights, within what their size allows', () => {
  const long = Float32Array.from(normals(createRandom(1), 400_000));
  const near = long.map((value, at) => value + 0.3 * Math.sin(at * 1.37));
  const sketches = [long, near].map((values) => {
    const sketch = emptySketch();
    addToSketch(sketch, 'w', values);
    return sketch;
  });
  const geometry = new SeriesGeometry(sketches);
  const { cosine, update, normFirst } = compareTensors(long, near);
  expect(Math.abs(geometry.cosine(0, 1) - (cosine ?? 0))).toBeLessThan(0.002);
  expect(geometry.distance(0, 1) / (update ?? 0)).toBeCloseTo(1, 1);
  expect(geometry.norm(0) / (normFirst ?? 0)).toBeCloseTo(1, 1);
});

test('two tensors are compared as by hand, and bit for bit', () => {
  const [a, b] = [Float32Array.of(3, 4, 0), Float32Array.of(0, 4, 3)];
  expect(compareTensors(a, b)).toEqual({
    normFirst: 5,
    normSecond: 5,
    cosine: 16 / 25,
    update: Math.sqrt(18),
    relativeUpdate: Math.sqrt(18) / 5,
    identical: false,
  });
  expect(compareTensors(a, a)).toMatchObject({ cosine: 1, update: 0, identical: true });
  expect(compareTensors(Float32Array.of(0), Float32Array.of(-0))).toMatchObject({
    identical: false,
    cosine: null,
    relativeUpdate: null,
  });
});
