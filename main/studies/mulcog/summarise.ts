import { groupReplicates, intervalOf, sumByGroup } from '../../analysis/significance/group-bootstrap.ts';
import type { MulcogCell, MulcogChoice, MulcogKind, MulcogModel } from '../../contract/mulcog.ts';
import type { Project } from '../../data/project.ts';
import { itemShares, readItems } from './kind-items.ts';
import type { SetRecord } from './set-record.ts';

/** A kind with what is known of it before scores are summed up. */
export interface KindSummary {
  readonly kind: Omit<MulcogKind, 'choices'>;
  readonly records: readonly SetRecord[];
}

/** Replicates of one row of the heat map, for differences between rows and kinds. */
export interface ScoreSeries {
  readonly mean: number;
  readonly replicates: Float64Array;
}

/** Heat map cells and choices of one kind, with the replicates of every layer and of the choice, by model. */
export interface SummarisedKind {
  readonly kind: MulcogKind;
  readonly cells: MulcogCell[];
  readonly series: ReadonlyMap<string, readonly ScoreSeries[]>;
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Sums one kind up over subjects; intervals are over stories, sentences or words, subjects fixed. */
export function summariseKind(
  project: Project,
  runId: string,
  { kind, records }: KindSummary,
  models: readonly MulcogModel[],
  seed: number,
): SummarisedKind {
  const { groups } = readItems(project, runId, kind.id);
  const cells: MulcogCell[] = [];
  const choices: MulcogChoice[] = [];
  const series = new Map<string, ScoreSeries[]>();
  for (const model of models) {
    const own = records.map((record) => record.models.find((one) => one.model === model.id));
    const results = own.filter((one) => one !== undefined);
    if (results.length === 0) continue;
    const bias = model.layers.map((_, layer) => meanOf(everySecond(nullScores(results, layer), 0)));
    const shares = itemShares(project, runId, kind.id, model.id, records);
    const rows = shares.map((share, row) => {
      const off = bias[row] ?? chosenBias(results, bias);
      const replicates = groupReplicates(sumByGroup(share, groups), seed).map((value) => value - off);
      return { mean: meanOf(results.map(({ scores }) => scores[row])) - off, replicates };
    });
    series.set(model.id, rows);
    model.layers.forEach((layer, row) => {
      const score = rows[row].mean;
      const null_ = nullScores(results, row);
      cells.push({
        kind: kind.id,
        model: model.id,
        layer,
        ...intervalOf(score, rows[row].replicates),
        p: (1 + null_.filter((value) => value - bias[row] >= score).length) / (1 + null_.length),
        bias: bias[row],
        shuffled: meanOf(everySecond(null_, 1)) - bias[row],
        units: kind.units.map(
          (_, unit) => meanOf(results.map(({ unitScores }) => unitScores[row][unit])) - bias[row],
        ),
        subjects: results.map(({ scores }) => scores[row] - bias[row]),
      });
    });
    choices.push(choiceOf(model, results, rows[model.layers.length], chosenBias(results, bias)));
  }
  return { kind: { ...kind, choices }, cells, series };
}

const everySecond = (values: readonly number[], from: 0 | 1): number[] =>
  values.filter((_, at) => at % 2 === from);

/** Mean bias of the layers that folds chose. */
function chosenBias(results: readonly ModelRecord[], bias: readonly number[]): number {
  return meanOf(results.flatMap(({ choices }) => choices.map(({ layer }) => bias[layer])));
}

type ModelRecord = SetRecord['models'][number];

/** Mean over subjects of every shuffle. */
function nullScores(results: readonly ModelRecord[], layer: number): number[] {
  const shuffles = results[0].shuffled[layer]?.length ?? 0;
  return Array.from({ length: shuffles }, (_, shuffle) =>
    meanOf(results.map(({ shuffled }) => shuffled[layer][shuffle])),
  );
}

function choiceOf(
  model: MulcogModel,
  results: readonly ModelRecord[],
  { mean, replicates }: ScoreSeries,
  bias: number,
): MulcogChoice {
  const all = results.flatMap(({ choices }) => choices);
  const counts = model.layers.map((_, layer) => all.filter((choice) => choice.layer === layer).length);
  const most = counts.indexOf(Math.max(...counts));
  const content = all.flatMap(({ contentOnly }) => (contentOnly === null ? [] : [contentOnly ? 1 : 0]));
  const delays = all.flatMap(({ delay }) => (delay === null ? [] : [delay]));
  return {
    model: model.id,
    ...intervalOf(mean, replicates),
    layer: model.layers[most],
    share: counts[most] / all.length,
    contentShare: content.length === 0 ? null : meanOf(content),
    delay: delays.length === 0 ? null : meanOf(delays),
    subjects: results.map(({ scores }) => scores[model.layers.length] - bias),
  };
}
