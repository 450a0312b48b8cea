import { z } from 'zod';
import { type Alignment, alignmentSchema } from '../../contract/clock.ts';
import type { Sql } from '../sql.ts';

/** Alignments of recordings with their stimuli, one a recording; they go with their recording. */
export interface AlignmentStore {
  /** Inserts or replaces. */
  put(alignment: Alignment): void;
  find(recordingId: string): Alignment | null;
  delete(recordingId: string): void;
}

const rowSchema = z
  .object({ value: z.string() })
  .transform(({ value }) => alignmentSchema.parse(JSON.parse(value)));

/** The alignment store over an open file. */
export function createAlignmentStore(sql: Sql): AlignmentStore {
  return {
    put(alignment) {
      sql.transaction(() =>
        sql.run(
          `INSERT INTO alignments (recording_id, value) VALUES (?, ?)
           ON CONFLICT (recording_id) DO UPDATE SET value = excluded.value`,
          alignment.recordingId,
          JSON.stringify(alignment),
        ),
      );
    },
    find(recordingId) {
      const row = sql.get('SELECT value FROM alignments WHERE recording_id = ?', recordingId);
      return row === undefined ? null : rowSchema.parse(row);
    },
    delete(recordingId) {
      sql.transaction(() => sql.run('DELETE FROM alignments WHERE recording_id = ?', recordingId));
    },
  };
}
