import { UserError } from '../../core/errors.ts';
import type { Project } from '../../data/project.ts';
import { type KeypointConfig, keypointConfigSchema } from '../../models/pressure/config.ts';
import type { KeypointModel } from '../../models/pressure/detector.ts';
import type { TrainingState } from '../../models/training/trainer.ts';

/** Where the values of each array begin in one long array. */
interface StateRow {
  readonly arrayId: string;
  readonly layout: readonly { readonly name: string; readonly length: number }[];
}

interface ModelRow extends StateRow {
  readonly config: KeypointConfig;
  readonly floor: number;
  readonly fullScale: number;
}

/** Keeps arrays by name as one array of the project; `link` ties it to the run, so that it is not swept away. */
export function putState(
  project: Project,
  runId: string,
  name: string,
  state: TrainingState,
  link: boolean,
): StateRow {
  const layout = Object.entries(state).map(([key, values]) => ({ name: key, length: values.length }));
  const all = new Float32Array(layout.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const { name: key, length } of layout) {
    all.set(state[key], at);
    at += length;
  }
  const info = project.arrays.put(
    { name, shape: [all.length], dtype: 'float32', attributes: { simulated: true } },
    all,
  );
  if (link) project.runs.putArray({ runId, subject: '', role: name, arrayId: info.id });
  return { arrayId: info.id, layout };
}

/** Reads what `putState` kept. */
export function readState(project: Project, row: StateRow): TrainingState {
  const { data } = project.arrays.readAs(row.arrayId, 'float32');
  let at = 0;
  return Object.fromEntries(
    row.layout.map(({ name, length }) => {
      const values = data.slice(at, at + length);
      at += length;
      return [name, values];
    }),
  );
}

/** Keeps a finished model under a name. */
export function putModel(project: Project, runId: string, name: string, model: KeypointModel): void {
  const { weights, ...rest } = model;
  const row: ModelRow = { ...rest, ...putState(project, runId, `model/${name}`, weights, true) };
  project.runs.putTable(runId, `model/${name}`, row);
}

/** A model that a run of the study made. @throws UserError `pressure.no-model` */
export function readModel(project: Project, runId: string, name: string): KeypointModel {
  // The row is this file's own writing.
  const row = project.runs.table(runId, `model/${name}`) as ModelRow | null;
  if (row === null)
    throw new UserError('pressure.no-model', `The run ${runId} holds no keypoint model named ${name}.`, {
      run: runId,
      name,
    });
  return {
    config: keypointConfigSchema.parse(row.config),
    floor: row.floor,
    fullScale: row.fullScale,
    weights: readState(project, row),
  };
}
