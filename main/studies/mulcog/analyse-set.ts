import type { ItemSet, ItemText } from '../../contract/item-sets.ts';
import type { MulcogParams } from '../../contract/mulcog.ts';
import { UserError } from '../../core/errors.ts';
import type { Project } from '../../data/project.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Matrix, type Matrix64, zeros } from '../../tensor/matrix.ts';
import { candidatesOf } from './candidates.ts';
import type { TextEmbeddings } from './embed-texts.ts';
import { type LayerScore, type PreparedSet, prepareSet, scoreModel, shuffledScores } from './score-model.ts';
import { foldsOf, type SetItems, wordOfRow } from './set-items.ts';

/** One model's result on one set; matrices are kept as arrays of the run. */
export interface SetModelResult {
  readonly model: string;
  /** Per layer, then "chosen": mean r over columns, and per unit. */
  readonly scores: readonly number[];
  readonly unitScores: readonly (readonly number[])[];
  /** Per layer (chosen left out), one mean score a shuffle. */
  readonly shuffled: readonly (readonly number[])[];
  /** Per outer fold. */
  readonly choices: readonly { layer: number; contentOnly: boolean | null; delay: number | null }[];
  /** Layers and chosen × units × items: share of each item in the unit's score; its mean over items is the score. */
  readonly contributions: Matrix;
  /** Layers and chosen × units × items: mean prediction of the unit's columns, z. */
  readonly predicted: Matrix;
  /** Layers and chosen × columns (excluded ones NaN). */
  readonly columns: Matrix;
}

/** A set ready for all models. */
export interface OpenSet {
  readonly set: ItemSet;
  readonly items: SetItems;
  readonly prepared: PreparedSet;
  /** Unit of every kept column, and its place among all columns. */
  readonly unitOf: Int32Array;
  readonly columnOf: Int32Array;
  readonly excludedColumns: number;
  /** Units × items: mean of the unit's columns, z. */
  readonly measured: Matrix;
  /** Words (of all texts) that shuffles move among. */
  readonly words: Int32Array;
}

/**
 * Reads a set's data for the kept items, without columns that never vary or hold NaN.
 * @param usable per word of all texts: 0 where some model lacks it
 * @throws UserError `mulcog.few-items`, `mulcog.no-columns`, `similarity.few-groups`
 */
export function openSet(
  project: Project,
  engine: MatrixEngine,
  set: ItemSet,
  texts: readonly ItemText[],
  items: SetItems,
  usable: Uint8Array,
  isContent: ArrayLike<number>,
  params: MulcogParams,
): OpenSet {
  if (items.rows.length < 20) {
    throw new UserError(
      'mulcog.few-items',
      `${set.name} has ${items.rows.length} items that all models know; at least 20 are needed.`,
      { set: set.name, items: items.rows.length },
    );
  }
  const { shape, data } = project.arrays.readAs(set.dataArrayId, 'float32');
  const all = shape[1];
  const kept = Int32Array.from({ length: all }, (_, col) => col).filter((col) =>
    varies(data, all, items.rows, col),
  );
  if (kept.length === 0) {
    throw new UserError('mulcog.no-columns', `${set.name} has no column that varies and is free of NaN.`, {
      set: set.name,
    });
  }
  const matrix = zeros(items.rows.length, kept.length);
  items.rows.forEach((row, at) => {
    kept.forEach((col, place) => {
      matrix.data[at * kept.length + place] = data[row * all + col];
    });
  });
  const unitOfColumn = Int32Array.from(set.units.flatMap(({ columns }, unit) => Array(columns).fill(unit)));
  const unitOf = kept.map((col) => unitOfColumn[col]);
  const candidates = candidatesOf(engine, set, texts, items, isContent, params);
  const prepared = prepareSet(matrix, items.exclusions, foldsOf(items.groups, params.folds), candidates);
  return {
    set,
    items,
    prepared,
    unitOf,
    columnOf: kept,
    excludedColumns: all - kept.length,
    measured: unitMeans(prepared.whole.c, unitOf, set.units.length),
    words: shuffledWords(set, texts, items, usable),
  };
}

function varies(data: Float32Array, cols: number, rows: Int32Array, col: number): boolean {
  const first = data[rows[0] * cols + col];
  let other = false;
  for (const row of rows) {
    const value = data[row * cols + col];
    if (!Number.isFinite(value)) return false;
    other ||= value !== first;
  }
  return other;
}

/** Words that are items, or that leave impulses. */
function shuffledWords(
  set: ItemSet,
  texts: readonly ItemText[],
  items: SetItems,
  usable: Uint8Array,
): Int32Array {
  if (set.rows.kind === 'words') {
    const word = wordOfRow(set, texts);
    return Int32Array.from(new Set(Array.from(items.rows, (row) => word[row])));
  }
  const all = texts.flatMap(({ words }) => words);
  return Int32Array.from(all.keys()).filter((word) => all[word].counts && usable[word] === 1);
}

/** Mean over the columns of each unit: units × items from items × columns. */
function unitMeans({ rows, cols, data }: Matrix64, unitOf: Int32Array, units: number): Matrix {
  const out = zeros(units, rows);
  const sizes = new Float64Array(units);
  for (const unit of unitOf) sizes[unit] += 1;
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++)
      out.data[unitOf[col] * rows + row] += data[row * cols + col] / sizes[unitOf[col]];
  }
  return out;
}

/** Scores one model on an open set, and its embeddings shuffled. */
export async function analyseModel(
  engine: MatrixEngine,
  open: OpenSet,
  model: string,
  embeddings: TextEmbeddings,
  params: MulcogParams,
  signal: AbortSignal,
): Promise<SetModelResult> {
  const { prepared, unitOf, set } = open;
  const result = await scoreModel(engine, prepared, embeddings);
  const scored = [...result.layers, result.chosen];
  const shuffled: number[][] = [];
  for (const { values } of embeddings.layers)
    shuffled.push(await shuffledScores(engine, prepared, values, open.words, params, signal));
  const units = set.units.length;
  const items = open.items.rows.length;
  const contributions = zeros(scored.length, units * items);
  const predicted = zeros(scored.length, units * items);
  const columns = zeros(
    scored.length,
    set.units.reduce((sum, unit) => sum + unit.columns, 0),
  );
  columns.data.fill(Number.NaN);
  scored.forEach((layer, at) => {
    contributions.data.set(contributionsOf(layer, prepared.whole.c, unitOf, units), at * units * items);
    predicted.data.set(unitMeans(layer.predicted, unitOf, units).data, at * units * items);
    layer.scores.forEach((score, col) => {
      columns.data[at * columns.cols + open.columnOf[col]] = score;
    });
  });
  return {
    model,
    scores: scored.map(({ scores }) => mean(scores)),
    unitScores: scored.map(({ scores }) =>
      set.units.map((_, unit) => mean(scores.filter((_score, col) => unitOf[col] === unit))),
    ),
    shuffled,
    choices: result.choices.map(({ layer, candidate }) => ({
      layer,
      contentOnly: candidate.contentOnly,
      delay: candidate.delay,
    })),
    contributions,
    predicted,
    columns,
  };
}

const mean = (values: Float32Array): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Products of z-scored prediction and data, mean over a unit's columns: units × items, mean over items = unit's r. */
function contributionsOf(
  { predicted, scores }: LayerScore,
  c: Matrix64,
  unitOf: Int32Array,
  units: number,
): Float32Array {
  const { rows, cols } = c;
  const sizes = new Float64Array(units);
  for (const unit of unitOf) sizes[unit] += 1;
  const [mean, deviation] = momentsOf(predicted);
  const out = new Float32Array(units * rows);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      if (scores[col] === 0 || deviation[col] === 0) continue;
      const at = row * cols + col;
      const unit = unitOf[col];
      out[unit * rows + row] +=
        (((predicted.data[at] - mean[col]) / deviation[col]) * c.data[at]) / sizes[unit];
    }
  }
  return out;
}

function momentsOf({ rows, cols, data }: Matrix64): [Float64Array, Float64Array] {
  const mean = new Float64Array(cols);
  const power = new Float64Array(cols);
  for (let at = 0; at < data.length; at++) mean[at % cols] += data[at] / rows;
  for (let at = 0; at < data.length; at++) power[at % cols] += (data[at] - mean[at % cols]) ** 2 / rows;
  return [mean, power.map(Math.sqrt)];
}
