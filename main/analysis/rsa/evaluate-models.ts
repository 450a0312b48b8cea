import { permutation, withReplacement } from '../../tensor/random/sampling.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';
import { permutationP } from '../significance/permutation-count.ts';
import {
  type Comparator,
  checkSameItems,
  comparePrepared,
  prepare,
  reorderRdm,
  resampleRdm,
} from './compare.ts';
import type { Rdm } from './dissimilarity.ts';
import { type RsaCeiling, rsaCeiling } from './rsa-ceiling.ts';

export interface EvaluateOptions {
  readonly comparator: Comparator;
  readonly seed: number;
  /** Bootstrap draws over subjects and items. Default 1000. */
  readonly draws?: number;
  /** Permutations of the items for p. Default 1000. */
  readonly permutations?: number;
  readonly signal?: AbortSignal;
}

/** How well one model's geometry fits that of the subjects. */
export interface ModelEvaluation {
  /** Per subject. */
  readonly scores: Float64Array;
  readonly mean: number;
  /** Of the mean, for new subjects and new items alike (with one subject: new items only). */
  readonly standardError: number;
  /** mean ± 1.96 standard errors. */
  readonly low: number;
  readonly high: number;
  /** One-sided: how often the model with its items permuted reaches the mean; never 0. */
  readonly p: number;
}

export interface RsaEvaluation {
  readonly models: readonly ModelEvaluation[];
  readonly ceiling: RsaCeiling;
  /** Models × models: standard error of the difference of means; 0 on the diagonal. */
  readonly differenceErrors: readonly (readonly number[])[];
}

/** Mean score of every model over the named subjects, on dissimilarities among the named items (null: all). */
function meanScores(
  subjects: readonly Rdm[],
  models: readonly Rdm[],
  comparator: Comparator,
  picked: ArrayLike<number>,
  items: Int32Array | null,
): Float64Array {
  const cut = (rdm: Rdm): Rdm =>
    items === null ? rdm : { items: rdm.items, values: resampleRdm(rdm, items) };
  const used = new Map<number, ReturnType<typeof prepare>>();
  for (const subject of Array.from(picked)) {
    if (!used.has(subject)) used.set(subject, prepareCut(cut(subjects[subject]), comparator));
  }
  return Float64Array.from(models, (model) => {
    const own = prepareCut(cut(model), comparator);
    let sum = 0;
    for (const subject of Array.from(picked)) {
      const other = used.get(subject);
      if (other !== undefined) sum += comparePrepared(own, other) / picked.length;
    }
    return sum;
  });
}

/**
 * Resampled items repeat, so their dissimilarities form no full triangle and cannot be whitened; the plain comparator
 * of the same kind then measures how much the mean varies.
 */
function prepareCut(rdm: Rdm, comparator: Comparator): ReturnType<typeof prepare> {
  const full = rdm.values.length === (rdm.items * (rdm.items - 1)) / 2;
  if (full || !comparator.startsWith('whitened')) return prepare(rdm, comparator);
  return prepare(rdm, comparator === 'whitened-cosine' ? 'cosine' : 'pearson');
}

function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/**
 * Variance over new subjects and new items from three bootstraps: resampling both at once counts noise three times, so
 * 2 (v_subjects + v_items) − v_both, kept between the larger single one and v_both.
 * Source: Schütt et al. 2023 (doi 10.7554/eLife.82566), the two-factor bootstrap.
 */
function twoFactorVariance(subjects: number, items: number, both: number): number {
  return Math.max(subjects, items, Math.min(both, 2 * (subjects + items) - both));
}

/**
 * Compares models' dissimilarities with those of every subject: mean score, interval over subjects and items by the
 * two-factor bootstrap, p by permuting items, noise ceiling.
 * @throws UserError `rsa.items-mismatch`
 */
export function evaluateModels(
  subjects: readonly Rdm[],
  models: readonly Rdm[],
  options: EvaluateOptions,
): RsaEvaluation {
  checkSameItems([...subjects, ...models]);
  const { comparator, seed } = options;
  const [draws, permutations] = [options.draws ?? 1000, options.permutations ?? 1000];
  const { items } = subjects[0];
  const everyone = subjects.map((_, index) => index);
  const prepared = subjects.map((rdm) => prepare(rdm, comparator));
  const scores = models.map((model) => {
    const own = prepare(model, comparator);
    return Float64Array.from(prepared, (subject) => comparePrepared(own, subject));
  });
  const means = scores.map((own) => own.reduce((sum, score) => sum + score / own.length, 0));
  const random = createRandom(seed);
  const boots = { subjects: [] as Float64Array[], items: [] as Float64Array[], both: [] as Float64Array[] };
  for (let draw = 0; draw < draws; draw++) {
    options.signal?.throwIfAborted();
    const picked = withReplacement(random, subjects.length, subjects.length);
    const chosen = withReplacement(random, items, items);
    if (new Set(chosen).size < 3) continue;
    boots.subjects.push(
      Float64Array.from(scores, (own) => picked.reduce((sum, at) => sum + own[at] / picked.length, 0)),
    );
    boots.items.push(meanScores(subjects, models, comparator, everyone, chosen));
    boots.both.push(meanScores(subjects, models, comparator, picked, chosen));
  }
  const errorOf = (of: (draw: Float64Array) => number): number =>
    Math.sqrt(
      twoFactorVariance(
        variance(boots.subjects.map(of)),
        variance(boots.items.map(of)),
        variance(boots.both.map(of)),
      ),
    );
  const orders = Array.from({ length: permutations }, () => permutation(random, items));
  const evaluations = models.map((model, index): ModelEvaluation => {
    const nulls = orders.map((order) => {
      const own = prepare(reorderRdm(model, order), comparator);
      return prepared.reduce((sum, subject) => sum + comparePrepared(own, subject) / prepared.length, 0);
    });
    const standardError = errorOf((draw) => draw[index]);
    const mean = means[index];
    return {
      scores: scores[index],
      mean,
      standardError,
      low: mean - 1.96 * standardError,
      high: mean + 1.96 * standardError,
      p: permutationP(mean, nulls),
    };
  });
  const differenceErrors = models.map((_, a) =>
    models.map((_other, b) => (a === b ? 0 : errorOf((draw) => draw[a] - draw[b]))),
  );
  return { models: evaluations, ceiling: rsaCeiling(subjects, comparator), differenceErrors };
}
