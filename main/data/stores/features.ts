import { z } from 'zod';
import { type FeatureSpaceInfo, featureSpaceInfoSchema } from '../../contract/stimuli.ts';
import type { Clock } from '../../core/clock.ts';
import type { Sql } from '../sql.ts';

/** The features of one space on one stimulus, one array per layer (rows: words or samples; columns: dimensions). */
export interface FeatureSet {
  /** Hash of all that decides the values: stimulus hash, space, its settings, weights hash, code version. */
  readonly key: string;
  readonly space: FeatureSpaceInfo;
  /** Null for features that belong to no single stimulus. */
  readonly stimulusId: string | null;
  /** Settings that the features were computed with (JSON): look-back, down-sampling, seed. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Sealed arrays in the order of `space.layers`. */
  readonly layers: readonly { readonly layer: string; readonly arrayId: string }[];
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

/** Cache of computed features, keyed by content hash: looked up before anything is computed. */
export interface FeatureStore {
  find(key: string): FeatureSet | null;
  /** Keeps a feature set; one that is there under the same key already is left as it is and returned. */
  put(set: Omit<FeatureSet, 'createdAt'>): FeatureSet;
  list(filter?: { readonly spaceId?: string; readonly stimulusId?: string }): FeatureSet[];
  delete(key: string): void;
}

const setRow = z.object({
  key: z.string(),
  space: z.string(),
  stimulus_id: z.string().nullable(),
  settings: z.string(),
  created_at: z.number(),
});
const layerRow = z
  .object({ layer: z.string(), array_id: z.string() })
  .transform((row) => ({ layer: row.layer, arrayId: row.array_id }));
const settingsSchema = z.record(z.string(), z.unknown());

/** The feature store over an open file. */
export function createFeatureStore(sql: Sql, clock: Clock): FeatureStore {
  const assemble = (row: unknown): FeatureSet => {
    const set = setRow.parse(row);
    const layers = sql.all(
      'SELECT layer, array_id FROM feature_layers WHERE key = ? ORDER BY position',
      set.key,
    );
    return {
      key: set.key,
      space: featureSpaceInfoSchema.parse(JSON.parse(set.space)),
      stimulusId: set.stimulus_id,
      settings: settingsSchema.parse(JSON.parse(set.settings)),
      layers: layers.map((layer) => layerRow.parse(layer)),
      createdAt: set.created_at,
    };
  };
  const find = (key: string): FeatureSet | null => {
    const row = sql.get('SELECT * FROM feature_sets WHERE key = ?', key);
    return row === undefined ? null : assemble(row);
  };
  const insert = (set: Omit<FeatureSet, 'createdAt'>): FeatureSet => {
    const createdAt = clock.now();
    sql.run(
      `INSERT INTO feature_sets (key, space, space_id, stimulus_id, settings, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
      set.key,
      JSON.stringify(set.space),
      set.space.id,
      set.stimulusId,
      JSON.stringify(set.settings),
      createdAt,
    );
    for (const [position, { layer, arrayId }] of set.layers.entries()) {
      sql.run(
        'INSERT INTO feature_layers (key, position, layer, array_id) VALUES (?, ?, ?, ?)',
        set.key,
        position,
        layer,
        arrayId,
      );
    }
    return { ...set, createdAt };
  };
  return {
    find,
    put: (set) => sql.transaction(() => find(set.key) ?? insert(set)),
    list: (filter = {}) =>
      sql
        .all(
          `SELECT * FROM feature_sets WHERE (? IS NULL OR space_id = ?) AND (? IS NULL OR stimulus_id = ?) ORDER BY seq`,
          filter.spaceId ?? null,
          filter.spaceId ?? null,
          filter.stimulusId ?? null,
          filter.stimulusId ?? null,
        )
        .map(assemble),
    delete(key) {
      sql.transaction(() => sql.run('DELETE FROM feature_sets WHERE key = ?', key));
    },
  };
}
