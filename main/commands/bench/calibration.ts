import type { Rdm } from '../../analysis/rsa/dissimilarity.ts';
import { evaluateModels } from '../../analysis/rsa/evaluate-models.ts';
import { type Mesh, meshEdges } from '../../analysis/rsa/searchlight.ts';
import { blockPermutationTest } from '../../analysis/significance/block-permutation.ts';
import { clusterTest, volumeEdges } from '../../analysis/significance/cluster-test.ts';
import { adjustForDiscovery } from '../../analysis/significance/false-discovery.ts';
import { labelPermutationTest, pairedT, signFlipTest } from '../../analysis/significance/group-tests.ts';
import { phaseNullTest } from '../../analysis/significance/phase-null.ts';
import { type Matrix, matrixOf } from '../../tensor/matrix.ts';
import { normals } from '../../tensor/random/sampling.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import { normalCdf } from '../../tensor/special/distributions.ts';
import type { CommandDeps } from '../command.ts';

const level = 0.05;
/** What a rate of .05 may be over 1,000 data sets: two standard errors. */
const bounds = [0.036, 0.064] as const;

/** *Simulated* null data: samples × data sets, AR(1) with the given coefficient. */
function noise(samples: number, sets: number, seed: number, autocorrelation = 0): Matrix {
  const data = Float32Array.from(normals(createRandom(seed), samples * sets));
  const fresh = Math.sqrt(1 - autocorrelation ** 2);
  for (let at = sets; at < data.length; at++) data[at] = autocorrelation * data[at - sets] + fresh * data[at];
  return matrixOf(samples, sets, data);
}

const rejected = (p: Float32Array | Float64Array): number =>
  p.filter((value) => value <= level).length / p.length;

interface Row {
  readonly test: string;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
  readonly within: boolean;
}

function row(test: string, rate: number, low: number = bounds[0], high: number = bounds[1]): Row {
  return { test, rate: Number(rate.toFixed(4)), low, high, within: rate >= low && rate <= high };
}

/** First less second. */
function differences(first: Matrix, second: Matrix): Matrix {
  return matrixOf(
    first.rows,
    first.cols,
    first.data.map((value, at) => value - second.data[at]),
  );
}

/** A flat piece of surface, 14 × 14 vertices. */
function surfacePatch(): Mesh {
  const side = 14;
  const triangles: number[] = [];
  for (let at = 0; at < side * (side - 1); at++) {
    if (at % side === side - 1) continue;
    triangles.push(at, at + 1, at + side, at + 1, at + side + 1, at + side);
  }
  const positions = Array.from({ length: 3 * side * side }, (_, at) =>
    at % 3 === 0 ? Math.floor(at / 3) % side : at % 3 === 1 ? Math.floor(at / 3 / side) : 0,
  );
  return { positions, triangles };
}

/** How often any cluster is called significant in maps of noise. */
async function clusterRate(sets: number, permutations: number, where: 'volume' | 'surface'): Promise<number> {
  const voxels = Array.from({ length: 216 }, (_, index) => index);
  const edges =
    where === 'volume' ? volumeEdges({ shape: [6, 6, 6], voxels }, 18) : meshEdges(surfacePatch());
  let rate = 0;
  for (let set = 0; set < sets; set++) {
    const map = noise(10, edges.length, 3000 + set);
    const { clusters } = await clusterTest(map, edges, { threshold: 2.3, seed: set, permutations });
    if (clusters.some(({ p }) => p <= level)) rate += 1 / sets;
  }
  return rate;
}

/** How often a model that has nothing to do with three subjects' geometries is called significant. */
function rsaRate(sets: number, permutations: number): number {
  const items = 12;
  let rate = 0;
  for (let set = 0; set < sets; set++) {
    const random = createRandom(9, set);
    const geometry = (): Rdm => {
      const points = normals(random, 4 * items);
      const values: number[] = [];
      for (let i = 0; i < items; i++)
        for (let j = i + 1; j < items; j++) {
          let sum = 0;
          for (let k = 0; k < 4; k++) sum += (points[4 * i + k] - points[4 * j + k]) ** 2;
          values.push(sum);
        }
      return { items, values: Float64Array.from(values) };
    };
    const { models } = evaluateModels([geometry(), geometry(), geometry()], [geometry()], {
      ...{ comparator: 'rho-a', seed: set, draws: 0, permutations },
    });
    if (models[0].p <= level) rate += 1 / sets;
  }
  return rate;
}

/** Share of false ones among the discoveries, averaged over data sets in which a fifth of 200 tests has an effect. */
function falseShare(sets: number, method: 'benjamini-hochberg' | 'benjamini-yekutieli'): number {
  const [tests, effects] = [200, 40];
  let sum = 0;
  for (let set = 0; set < sets; set++) {
    const random = createRandom(3, set);
    const p = Float64Array.from(
      { length: tests },
      (_, test) => 1 - normalCdf(random.normal() + (test < effects ? 3 : 0)),
    );
    const q = adjustForDiscovery(p, method);
    const found = [...q.keys()].filter((test) => q[test] <= level);
    sum += found.filter((test) => test >= effects).length / Math.max(1, found.length) / sets;
  }
  return sum;
}

/**
 * How often every test rejects when nothing is there: 1,000 simulated null data sets each, rate at α = .05, which
 * must lie within .036 to .064; and the false discovery rate under mixed truth. Settings: sets, permutations.
 */
export async function bench(
  deps: CommandDeps,
  options: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const sets = Number(options.sets ?? 1000);
  const permutations = Number(options.permutations ?? 199);
  const [samples, subjects] = [240, 12];
  const folds = [[{ start: 0, stop: 120 }], [{ start: 120, stop: 240 }]];
  const blocks = (autocorrelation: number, blockLength: number): number =>
    rejected(
      blockPermutationTest(
        noise(samples, sets, 11, autocorrelation),
        noise(samples, sets, 12, autocorrelation),
        {
          folds,
          blockLength,
          permutations,
          seed: 5,
        },
      ).p,
    );
  const group = { seed: 6, permutations };
  const rows: Row[] = [];
  const add = (made: Row): void => {
    rows.push(made);
    deps.err(
      `${made.test.padEnd(58)} ${made.rate.toFixed(3)} ${made.within ? 'ok' : 'OUTSIDE'} (${made.low} to ${made.high})\n`,
    );
  };
  add(row('block permutation of r, white noise, blocks of 5', blocks(0, 5)));
  add(row('block permutation of r, AR(1) .4, blocks of 10', blocks(0.4, 10)));
  add(
    row(
      'phase-shuffle null of r, AR(1) .6',
      rejected(
        phaseNullTest(noise(128, sets, 13, 0.6), noise(128, sets, 14, 0.6), { seed: 7, permutations }).p,
      ),
    ),
  );
  add(row('sign flip, 12 subjects', rejected(signFlipTest(noise(subjects, sets, 15), group).p)));
  add(
    row(
      'sign flip, one-sided',
      rejected(signFlipTest(noise(subjects, sets, 16), { ...group, sides: 'greater' }).p),
    ),
  );
  add(
    row(
      'label permutation, 12 against 9',
      rejected(labelPermutationTest(noise(subjects, sets, 17), noise(9, sets, 18), group).p),
    ),
  );
  add(
    row('paired t, 12 subjects', rejected(pairedT(noise(subjects, sets, 19), noise(subjects, sets, 20)).p)),
  );
  add(
    row(
      'sign flip of paired differences, 12 subjects',
      rejected(signFlipTest(differences(noise(subjects, sets, 21), noise(subjects, sets, 22)), group).p),
    ),
  );
  add(
    row(
      'cluster mass by signs, any cluster in a volume of 6³',
      await clusterRate(sets, permutations, 'volume'),
    ),
  );
  add(
    row('cluster mass by signs, any cluster on a surface', await clusterRate(sets, permutations, 'surface')),
  );
  add(row('RSA, items of the model permuted (rho-a)', rsaRate(sets, permutations)));
  let familyWise = 0;
  for (let set = 0; set < sets; set++) {
    const { pMax } = signFlipTest(noise(subjects, 20, 1000 + set), { seed: set, permutations });
    if (pMax.some((p) => p <= level)) familyWise += 1 / sets;
  }
  add(row('sign flip, any of 20 columns (maximum statistic)', familyWise));
  add(
    row(
      'Benjamini-Hochberg, false share of discoveries (bound .05)',
      falseShare(sets, 'benjamini-hochberg'),
      0,
      level,
    ),
  );
  add(
    row(
      'Benjamini-Yekutieli, false share of discoveries (bound .05)',
      falseShare(sets, 'benjamini-yekutieli'),
      0,
      level,
    ),
  );
  return { simulated: true, sets, permutations, level, allWithin: rows.every((one) => one.within), rows };
}
