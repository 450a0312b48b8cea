import { pearson } from '../../analysis/metrics.ts';
import { intervalOf } from '../../analysis/significance/group-bootstrap.ts';
import type { MulcogCell, MulcogModel, MulcogResult } from '../../contract/mulcog.ts';
import { permutation } from '../../tensor/random/sampling.ts';
import { createRandom, type Random } from '../../tensor/random/xoshiro.ts';
import type { ScoreSeries, SummarisedKind } from './summarise.ts';

const subtract = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, at) => value - b[at]);

function rowsOf(kind: SummarisedKind, model: MulcogModel): readonly ScoreSeries[] {
  return kind.series.get(model.id) ?? [];
}

/**
 * For every language with story MEG and story fMRI: how much more fMRI than MEG gains from the deepest over the lowest
 * layer. Above 0: shallow layers go with MEG, deep ones with fMRI.
 */
export function layerContrasts(
  kinds: readonly SummarisedKind[],
  models: readonly MulcogModel[],
): MulcogResult['contrasts'] {
  const layered = models.filter(({ kind, layers }) => kind === 'contextual' && layers.length > 1);
  const languages = [...new Set(kinds.map(({ kind }) => kind.language))];
  return languages.flatMap((language) => {
    const own = kinds.filter(({ kind }) => kind.language === language);
    const find = (modality: string): SummarisedKind | undefined =>
      own.find(({ kind }) => kind.modality === modality && kind.level === 'discourse');
    const [meg, fmri] = [find('meg'), find('fmri')];
    if (meg === undefined || fmri === undefined) return [];
    return layered.flatMap((model) => {
      const last = model.layers.length - 1;
      const gain = (kind: SummarisedKind): ScoreSeries => {
        const rows = rowsOf(kind, model);
        return {
          mean: rows[last].mean - rows[0].mean,
          replicates: subtract(rows[last].replicates, rows[0].replicates),
        };
      };
      const [a, b] = [gain(fmri), gain(meg)];
      return [
        {
          language,
          model: model.id,
          shallow: model.layers[0],
          deep: model.layers[last],
          ...intervalOf(a.mean - b.mean, subtract(a.replicates, b.replicates)),
          depth: own.map((kind) => depthOf(kind, model)),
        },
      ];
    });
  });
}

function depthOf(kind: SummarisedKind, model: MulcogModel): { kind: string; depth: number; best: string } {
  const scores = rowsOf(kind, model)
    .slice(0, model.layers.length)
    .map(({ mean }) => mean);
  const lowest = Math.min(...scores);
  const total = scores.reduce((sum, score) => sum + score - lowest, 0);
  const depth = scores.reduce((sum, score, layer) => sum + layer * (score - lowest), 0) / (total || 1);
  return { kind: kind.kind.id, depth, best: model.layers[scores.indexOf(Math.max(...scores))] };
}

/** Context-aware minus context-free, each with the layer that inner folds chose, kind by kind. */
export function growthOf(
  kinds: readonly SummarisedKind[],
  models: readonly MulcogModel[],
): MulcogResult['growth'] {
  const contextual = models.find(({ kind }) => kind === 'contextual');
  const fixed = models.find(({ kind }) => kind === 'static');
  if (contextual === undefined || fixed === undefined) return [];
  return kinds.flatMap((kind) => {
    const [a, b] = [rowsOf(kind, contextual).at(-1), rowsOf(kind, fixed).at(-1)];
    if (a === undefined || b === undefined) return [];
    const difference = intervalOf(a.mean - b.mean, subtract(a.replicates, b.replicates));
    return [{ kind: kind.kind.id, contextual: a.mean, static: b.mean, difference }];
  });
}

const PERMUTATIONS = 5000;

/**
 * Pearson r of the first two languages over cells of the same kind of data, model and layer, each kind's mean removed
 * so that only the profile over models and layers counts; p by permuting rows within kinds. Controls are left out.
 */
export function languageAgreement(
  kinds: readonly SummarisedKind[],
  models: readonly MulcogModel[],
  seed: number,
): MulcogResult['languages'] {
  const languages = [...new Set(kinds.map(({ kind }) => kind.language))];
  if (languages.length < 2) return null;
  const main = new Set(models.filter(({ kind }) => kind !== 'control').map(({ id }) => id));
  const [first, second] = languages;
  const pairs = kinds.flatMap((one) => {
    const other = kinds.find(
      ({ kind }) =>
        kind.language === second && kind.modality === one.kind.modality && kind.level === one.kind.level,
    );
    if (one.kind.language !== first || other === undefined) return [];
    return [{ a: profile(one.cells, main), b: profile(other.cells, main) }];
  });
  const cells = pairs.reduce((sum, { a }) => sum + a.length, 0);
  if (cells < 4) return null;
  const flat = (lists: readonly Float64Array[]): Float64Array =>
    Float64Array.from(lists.flatMap((list) => [...list]));
  const firstAll = flat(pairs.map(({ a }) => a));
  const r = pearson(firstAll, flat(pairs.map(({ b }) => b)));
  const random = createRandom(seed, 7);
  let reached = 1;
  for (let draw = 0; draw < PERMUTATIONS; draw++) {
    if (pearson(firstAll, flat(pairs.map(({ b }) => permuted(b, random)))) >= r) reached += 1;
  }
  return { first, second, r, p: reached / (PERMUTATIONS + 1), cells };
}

function profile(cells: readonly MulcogCell[], models: ReadonlySet<string>): Float64Array {
  const own = cells.filter(({ model }) => models.has(model)).map(({ mean }) => mean);
  const mean = own.reduce((a, b) => a + b, 0) / own.length;
  return Float64Array.from(own, (value) => value - mean);
}

function permuted(values: Float64Array, random: Random): Float64Array {
  return Float64Array.from(permutation(random, values.length), (at) => values[at]);
}
