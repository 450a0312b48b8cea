import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { UserError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { Sql } from '../sql.ts';

/** Anything that provenance speaks of. A file's id is its SHA-256; all others are row ids (features: their key). */
export interface EntityRef {
  readonly kind:
    | 'file'
    | 'array'
    | 'recording'
    | 'stimulus'
    | 'space'
    | 'features'
    | 'items'
    | 'run'
    | 'model';
  readonly id: string;
  /** For people: a path, a name. */
  readonly label: string;
}

/** One thing that was done: which inputs became which outputs, how, by what code. */
export interface Activity {
  readonly id: string;
  /** "import.fmri", "features.use-lite", "study.encoding", ... */
  readonly kind: string;
  readonly params: unknown;
  readonly codeVersion: string;
  readonly seed: number | null;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly inputs: readonly EntityRef[];
  readonly outputs: readonly EntityRef[];
}

/** All that led to one entity. */
export interface Trace {
  readonly target: EntityRef;
  /** Nearest first. */
  readonly activities: readonly Activity[];
  /** Every entity met on the way. */
  readonly entities: readonly EntityRef[];
  /** Input files, where the walk ends. */
  readonly files: readonly EntityRef[];
}

/** Directed graph of activities and entities inside the project file. */
export interface ProvenanceStore {
  /** Keeps an activity. `id`, `startedAt` and `endedAt` are filled in when left out. */
  record(
    activity: Omit<Activity, 'id' | 'startedAt' | 'endedAt'> &
      Partial<Pick<Activity, 'id' | 'startedAt' | 'endedAt'>>,
  ): Activity;
  /** Walks back from an array, run, recording, … to the input files. Throws UserError('provenance.unknown'). */
  trace(kind: EntityRef['kind'], id: string): Trace;
  list(): Activity[];
}

const kindSchema = z.enum([
  'file',
  'array',
  'recording',
  'stimulus',
  'space',
  'features',
  'items',
  'run',
  'model',
]);
const activityRow = z.object({
  id: z.string(),
  kind: z.string(),
  params: z.string(),
  code_version: z.string(),
  seed: z.number().nullable(),
  started_at: z.number(),
  ended_at: z.number(),
});
const linkRow = z.object({
  direction: z.enum(['input', 'output']),
  kind: kindSchema,
  entity_id: z.string(),
  label: z.string(),
});

/** The provenance store over an open file. */
export function createProvenanceStore(sql: Sql, clock: Clock): ProvenanceStore {
  const assemble = (row: unknown): Activity => {
    const { id, kind, params, code_version, seed, started_at, ended_at } = activityRow.parse(row);
    const links = sql
      .all('SELECT * FROM activity_links WHERE activity_id = ? ORDER BY direction, position', id)
      .map((link) => linkRow.parse(link));
    const side = (direction: 'input' | 'output'): EntityRef[] =>
      links
        .filter((link) => link.direction === direction)
        .map((link) => ({ kind: link.kind, id: link.entity_id, label: link.label }));
    return {
      id,
      kind,
      params: JSON.parse(params),
      codeVersion: code_version,
      seed,
      startedAt: started_at,
      endedAt: ended_at,
      inputs: side('input'),
      outputs: side('output'),
    };
  };
  const madeBy = (entity: EntityRef): Activity[] =>
    sql
      .all(
        `SELECT activities.* FROM activities JOIN activity_links ON activity_id = activities.id
         WHERE activity_links.kind = ? AND entity_id = ? AND direction = 'output' ORDER BY activities.seq`,
        entity.kind,
        entity.id,
      )
      .map(assemble);

  return {
    record: (given) =>
      sql.transaction(() => {
        const activity: Activity = {
          ...given,
          id: given.id ?? newId(),
          startedAt: given.startedAt ?? clock.now(),
          endedAt: given.endedAt ?? clock.now(),
        };
        insertActivity(sql, activity);
        return activity;
      }),
    trace(kind, id) {
      const recorded = findEntity(sql, kind, id);
      const target = recorded ?? { kind, id, label: id };
      if (!recorded && belongsTo(sql, target).length === 0) {
        throw new UserError(
          'provenance.unknown',
          `Nothing in this project says where the ${kind} ${id} came from.`,
          { kind, id },
        );
      }
      return walkBack(target, madeBy, (entity) => belongsTo(sql, entity));
    },
    list: () => sql.all('SELECT * FROM activities ORDER BY seq').map(assemble),
  };
}

function findEntity(sql: Sql, kind: EntityRef['kind'], id: string): EntityRef | null {
  const text =
    'SELECT direction, kind, entity_id, label FROM activity_links WHERE kind = ? AND entity_id = ? LIMIT 1';
  const row = sql.get(text, kind, id);
  return row === undefined ? null : { kind, id, label: linkRow.parse(row).label };
}

const partRow = z.object({ kind: kindSchema, id: z.string(), label: z.string() });

/**
 * What the file's own rows say beside recorded activities: a layer's array is part of its feature set, a feature
 * set was computed on its stimulus, a list of voxels is part of its volume space.
 */
function belongsTo(sql: Sql, { kind, id }: EntityRef): EntityRef[] {
  const queries =
    kind === 'array'
      ? [
          `SELECT 'features' AS kind, feature_sets.key AS id, space_id AS label FROM feature_layers
           JOIN feature_sets USING (key) WHERE array_id = ?`,
          `SELECT 'space' AS kind, id, name AS label FROM spaces WHERE voxel_index_array_id = ?`,
        ]
      : kind === 'features'
        ? [
            `SELECT 'stimulus' AS kind, stimuli.id AS id, name AS label FROM feature_sets
             JOIN stimuli ON stimuli.id = stimulus_id WHERE key = ?`,
          ]
        : [];
  return queries.flatMap((text) => sql.all(text, id)).map((row) => partRow.parse(row));
}

/** Breadth first, so that activities come nearest first; each is met once even where paths join. */
function walkBack(
  target: EntityRef,
  madeBy: (entity: EntityRef) => Activity[],
  partOf: (entity: EntityRef) => EntityRef[],
): Trace {
  const keyOf = (entity: EntityRef): string => `${entity.kind}:${entity.id}`;
  const entities = new Map([[keyOf(target), target]]);
  const activities = new Map<string, Activity>();
  const queue = [target];
  const meet = (entity: EntityRef): void => {
    if (entities.has(keyOf(entity))) return;
    entities.set(keyOf(entity), entity);
    queue.push(entity);
  };
  for (let entity = queue.shift(); entity; entity = queue.shift()) {
    for (const whole of partOf(entity)) meet(whole);
    for (const activity of madeBy(entity)) {
      if (activities.has(activity.id)) continue;
      activities.set(activity.id, activity);
      for (const input of activity.inputs) meet(input);
    }
  }
  const all = [...entities.values()];
  return {
    target,
    activities: [...activities.values()],
    entities: all,
    files: all.filter((entity) => entity.kind === 'file'),
  };
}

function insertActivity(sql: Sql, activity: Activity): void {
  sql.run(
    'INSERT INTO activities (id, kind, params, code_version, seed, started_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    activity.id,
    activity.kind,
    JSON.stringify(activity.params ?? null),
    activity.codeVersion,
    activity.seed,
    activity.startedAt,
    activity.endedAt,
  );
  for (const direction of ['input', 'output'] as const) {
    for (const [position, entity] of activity[`${direction}s`].entries()) {
      sql.run(
        'INSERT INTO activity_links (activity_id, direction, position, kind, entity_id, label) VALUES (?, ?, ?, ?, ?, ?)',
        activity.id,
        direction,
        position,
        entity.kind,
        entity.id,
        entity.label,
      );
    }
  }
}
