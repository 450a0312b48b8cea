import { basename } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import type { ConfoundStrategy } from '../../contract/importing.ts';
import { UserError } from '../../core/errors.ts';
import { columnIndex, numberOf, readTsv, type TextTable } from '../table/tsv.ts';
import { isObject, type JsonObject, readJsonObject } from './sidecar.ts';

/** The chosen confounds of one run: row-major volumes × columns. */
export interface ConfoundMatrix {
  readonly columns: readonly string[];
  readonly rows: number;
  readonly data: Float32Array;
  /** Volumes over a scrubbing threshold (0-based). */
  readonly scrubbedVolumes: readonly number[];
  readonly notices: readonly Notice[];
}

/** Names before fMRIPrep 1.2, and those that they became. */
const former: Readonly<Record<string, string>> = {
  CSF: 'csf',
  WhiteMatter: 'white_matter',
  GlobalSignal: 'global_signal',
  stdDVARS: 'std_dvars',
  FramewiseDisplacement: 'framewise_displacement',
  X: 'trans_x',
  Y: 'trans_y',
  Z: 'trans_z',
  RotX: 'rot_x',
  RotY: 'rot_y',
  RotZ: 'rot_z',
};
const formerSeries: readonly (readonly [RegExp, string])[] = [
  [/^aCompCor(\d+)$/, 'a_comp_cor_$1'],
  [/^Cosine(\d+)$/, 'cosine$1'],
  [/^NonSteadyStateOutlier(\d+)$/, 'non_steady_state_outlier$1'],
];

const axes = ['trans_x', 'trans_y', 'trans_z', 'rot_x', 'rot_y', 'rot_z'];

/**
 * Reads an fMRIPrep confounds table (`_desc-confounds_timeseries.tsv`, or `_regressors.tsv` before 20.2) and takes
 * the columns of a strategy. Names of CompCor components come from the JSON beside the table, since they changed
 * between versions; columns that were named otherwise before 1.2 get their later names, and motion's derivatives and
 * squares, which came with 1.5, are computed where they are missing. `n/a` (as in the first row of derivatives) becomes 0, and a notice says so. Columns of
 * non-steady-state volumes are always taken. Scrubbing adds one 0/1 column per volume over a threshold.
 * @throws UserError `confounds.missing-columns` where a chosen group is not in the table,
 *   `confounds.not-a-number`, and as `readTsv` does
 */
export async function readConfounds(path: string, strategy: ConfoundStrategy): Promise<ConfoundMatrix> {
  const table = withLaterNames(await readTsv(path));
  const file = basename(path);
  const details = await readJsonObject(path.replace(/\.tsv(\.gz)?$/, '.json')).catch(() => null);
  const names = strategyColumns(table, details, strategy, file);
  const notices: Notice[] = [];
  const columns = names.map((name) => columnOf(table, name, file));
  if (names.some((name) => columnIndex(table, name) < 0)) {
    notices.push({
      level: 'info',
      code: 'confounds.computed',
      message: `${file} has no derivatives and squares of motion: they were computed.`,
      params: { file },
    });
  }
  const filled = columns.reduce((count, column) => count + fillMissing(column), 0);
  if (filled > 0) {
    notices.push({
      level: 'info',
      code: 'confounds.filled',
      message: `${file}: ${filled} missing values (such as the first row of derivatives) were set to 0.`,
      params: { file, count: filled },
    });
  }
  const scrubbed = scrubbedVolumes(table, strategy, file);
  const spikes = scrubbed.map((volume) =>
    Float64Array.from(table.rows, (_, row) => (row === volume ? 1 : 0)),
  );
  const all = [...columns, ...spikes];
  const data = new Float32Array(table.rows.length * all.length);
  all.forEach((column, c) => {
    for (let row = 0; row < column.length; row++) data[row * all.length + c] = column[row];
  });
  return {
    columns: [...names, ...scrubbed.map((volume) => `scrub_${String(volume).padStart(4, '0')}`)],
    rows: table.rows.length,
    data,
    scrubbedVolumes: scrubbed,
    notices,
  };
}

function strategyColumns(
  table: TextTable,
  details: JsonObject | null,
  strategy: ConfoundStrategy,
  file: string,
): string[] {
  const chosen: string[] = [];
  if (strategy.motion !== 'none') {
    const endings = strategy.motion === '6' ? [''] : ['', '_derivative1', '_power2', '_derivative1_power2'];
    chosen.push(
      ...required(
        table,
        axes.flatMap((axis) => endings.map((ending) => axis + ending)),
        'motion',
        file,
      ),
    );
  }
  if (strategy.whiteMatterCsf)
    chosen.push(...required(table, ['csf', 'white_matter'], 'tissue signals', file));
  if (strategy.aCompCor > 0) chosen.push(...compCorColumns(table, details, strategy.aCompCor, file));
  // CompCor was computed after the high-pass filter, so its components are only right together with the cosines.
  if (strategy.cosines || strategy.aCompCor > 0)
    chosen.push(...table.columns.filter((name) => /^cosine_?\d+$/.test(name)));
  chosen.push(...table.columns.filter((name) => /^non_steady_state_outlier_?\d+$/.test(name)));
  return chosen;
}

function compCorColumns(table: TextTable, details: JsonObject | null, count: number, file: string): string[] {
  const isCombined = (name: string): boolean => {
    const detail = details?.[name];
    if (isObject(detail))
      return detail.Method === 'aCompCor' && detail.Mask === 'combined' && detail.Retained !== false;
    return details === null && /^a_?comp_?cor_?\d+$/i.test(name);
  };
  const found = table.columns.filter(isCombined).slice(0, count);
  if (found.length > 0) return found;
  throw missingColumns(file, 'aCompCor', 'a_comp_cor_00, …');
}

function scrubbedVolumes(table: TextTable, { scrub }: ConfoundStrategy, file: string): number[] {
  if (scrub === null) return [];
  const [fdName, dvarsName] = required(table, ['framewise_displacement', 'std_dvars'], 'scrubbing', file);
  const displacement = columnValues(table, fdName, file);
  const dvars = columnValues(table, dvarsName, file);
  return table.rows.flatMap((_, row) =>
    displacement[row] > scrub.framewiseDisplacement || dvars[row] > scrub.standardizedDvars ? [row] : [],
  );
}

function required(table: TextTable, names: readonly string[], what: string, file: string): string[] {
  const missing = names.filter((name) => columnIndex(table, name) < 0 && baseOf(table, name) === null);
  if (missing.length > 0) throw missingColumns(file, what, missing.slice(0, 4).join(', '));
  return [...names];
}

function missingColumns(file: string, what: string, missing: string): UserError {
  return new UserError(
    'confounds.missing-columns',
    `${file} lacks the columns for ${what} (${missing}): choose other confounds.`,
    { file, what, missing },
  );
}

function withLaterNames(table: TextTable): TextTable {
  const later = (name: string): string =>
    former[name] ?? formerSeries.reduce((now, [pattern, to]) => now.replace(pattern, to), name);
  return { ...table, columns: table.columns.map(later) };
}

/** The column that a derivative or square is of, and which of both; null where it is not there. */
function baseOf(
  table: TextTable,
  name: string,
): { base: string; derivative: boolean; square: boolean } | null {
  const [, base, derivative, square] = /^(.*?)(_derivative1)?(_power2)?$/.exec(name) ?? [];
  if (base === undefined || columnIndex(table, base) < 0) return null;
  return { base, derivative: derivative !== undefined, square: square !== undefined };
}

/** A column of the table, or a derivative (n/a in the first row) or square of one, as fMRIPrep makes them. */
function columnOf(table: TextTable, name: string, file: string): Float64Array {
  const made = columnIndex(table, name) < 0 ? baseOf(table, name) : null;
  if (made === null) return columnValues(table, name, file);
  const values = columnValues(table, made.base, file);
  const changes = made.derivative ? values.map((value, row) => value - values[row - 1]) : values;
  return made.square ? changes.map((value) => value ** 2) : changes;
}

function columnValues(table: TextTable, name: string, file: string): Float64Array {
  const column = columnIndex(table, name);
  return Float64Array.from(table.rows, (row, index) => {
    const value = numberOf(row[column]);
    if (value === undefined) {
      const params = { file, column: name, row: index + 2, text: row[column] };
      throw new UserError(
        'confounds.not-a-number',
        `${file}, line ${params.row}: "${params.text}" in column ${name} is not a number.`,
        params,
      );
    }
    return value;
  });
}

function fillMissing(column: Float64Array): number {
  let count = 0;
  for (let row = 0; row < column.length; row++) {
    if (Number.isFinite(column[row])) continue;
    column[row] = 0;
    count += 1;
  }
  return count;
}
