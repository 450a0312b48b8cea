import { sumByGroup } from '../../analysis/significance/group-bootstrap.ts';
import { signFlipTest } from '../../analysis/significance/group-tests.ts';
import {
  type MulcogDifference,
  type MulcogKind,
  type MulcogResult,
  mulcogResultSchema,
} from '../../contract/mulcog.ts';
import { UserError } from '../../core/errors.ts';
import type { Project } from '../../data/project.ts';
import { zeros64 } from '../../tensor/matrix.ts';
import { itemShares, readItems } from './kind-items.ts';

const PERMUTATIONS = 2000;

/** The result of a finished run. @throws UserError `run.unknown`, `mulcog.not-a-run` */
export function mulcogResultOf(project: Project, runId: string): MulcogResult {
  const run = project.runs.get(runId);
  if (run.study === 'mulcog' && run.state === 'complete') return mulcogResultSchema.parse(run.summary);
  throw new UserError('mulcog.not-a-run', `Run ${runId} is no finished MulCogBench study.`, { run: runId });
}

/** Kept columns of every unit and subject, as `itemShares` weighs them. */
function recordsOf(project: Project, runId: string, kind: MulcogKind) {
  return kind.subjects.map(({ subject }) => {
    const id = project.runs.arrayId(runId, `${kind.id}/${subject}`, `columns/${kind.choices[0].model}`);
    if (id === null) throw new Error(`run ${runId} lacks columns of ${kind.id}/${subject}`);
    const { data } = project.arrays.readAs(id, 'float32');
    let at = 0;
    const unitColumns = kind.units.map(({ columns }) => {
      const own = data.subarray(at, at + columns).filter((value) => !Number.isNaN(value)).length;
      at += columns;
      return own;
    });
    return { subject, unitColumns };
  });
}

/**
 * Cells that two runs have in common, their difference and its test: signs of whole stories, sentences or words are
 * flipped, as they hang together (r as it is, without what shuffles take off); corrected over the cells of one kind by the maximum statistic.
 * @throws UserError `mulcog.not-a-run`, `mulcog.other-items` where a kind's items differ
 */
export function compareRuns(project: Project, firstId: string, secondId: string): MulcogDifference[] {
  const [first, second] = [mulcogResultOf(project, firstId), mulcogResultOf(project, secondId)];
  return first.kinds.flatMap((kind) => {
    const other = second.kinds.find(({ id }) => id === kind.id);
    return other === undefined ? [] : compareKind(project, [firstId, first, kind], [secondId, second, other]);
  });
}

type Side = readonly [runId: string, result: MulcogResult, kind: MulcogKind];

function compareKind(project: Project, [a, first, kind]: Side, [b, second, other]: Side): MulcogDifference[] {
  const items = [readItems(project, a, kind.id), readItems(project, b, other.id)];
  if (items[0].labels.join('\n') !== items[1].labels.join('\n')) {
    throw new UserError(
      'mulcog.other-items',
      `The runs hold other items of ${kind.id} (${items[0].labels.length} and ${items[1].labels.length}); compare runs over the same sets and the same left-out words.`,
      { kind: kind.id, first: items[0].labels.length, second: items[1].labels.length },
    );
  }
  const rows = first.cells.flatMap((cell) => {
    const same = second.cells.find(
      (one) => one.kind === cell.kind && one.model === cell.model && one.layer === cell.layer,
    );
    return cell.kind === kind.id && same !== undefined ? [{ cell, same }] : [];
  });
  const differences = rows.map(({ cell }) => {
    const share = (run: string, result: MulcogResult, of: MulcogKind): Float64Array => {
      const layer = result.models.find(({ id }) => id === cell.model)?.layers.indexOf(cell.layer) ?? -1;
      return itemShares(project, run, kind.id, cell.model, recordsOf(project, run, of))[layer];
    };
    const [x, y] = [share(a, first, kind), share(b, second, other)];
    return sumByGroup(
      x.map((value, item) => value - y[item]),
      items[0].groups,
    ).sums;
  });
  if (rows.length === 0) return [];
  const groups = differences[0].length;
  const values = zeros64(groups, rows.length);
  const scale = groups / items[0].groups.length;
  differences.forEach((sums, col) => {
    sums.forEach((sum, group) => {
      values.data[group * rows.length + col] = sum * scale;
    });
  });
  const test = signFlipTest(values, { seed: first.params.seed, permutations: PERMUTATIONS });
  return rows.map(({ cell, same }, at) => ({
    kind: kind.id,
    model: cell.model,
    layer: cell.layer,
    first: cell.mean + cell.bias,
    second: same.mean + same.bias,
    difference: cell.mean + cell.bias - same.mean - same.bias,
    p: test.p[at],
    pMax: test.pMax[at],
    groups,
  }));
}
