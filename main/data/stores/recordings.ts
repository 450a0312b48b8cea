import { z } from 'zod';
import { type Recording, recordingSchema } from '../../contract/recordings.ts';
import { UserError } from '../../core/errors.ts';
import type { Sql, SqlValue } from '../sql.ts';

/** One row per run of one subject. `put` inserts or replaces by id. */
export interface RecordingStore {
  put(recording: Recording): void;
  /** Throws UserError('recording.unknown'). */
  get(id: string): Recording;
  find(id: string): Recording | null;
  /** Ordered by subject, session, task, run. */
  list(filter?: RecordingFilter): Recording[];
  /** Removes the row only; arrays stay until they are deleted. */
  delete(id: string): void;
}

export interface RecordingFilter {
  readonly subject?: string;
  readonly task?: string;
  readonly modality?: Recording['modality'];
  readonly stimulusId?: string;
  readonly repeatGroup?: string;
}

const rowSchema = z
  .object({
    id: z.string(),
    modality: z.string(),
    subject: z.string(),
    session: z.string().nullable(),
    task: z.string(),
    run: z.string().nullable(),
    repeat_group: z.string().nullable(),
    stimulus_id: z.string().nullable(),
    data_array_id: z.string(),
    space_id: z.string().nullable(),
    confounds_array_id: z.string().nullable(),
    sampling_interval: z.number(),
    sample_count: z.number(),
    simulated: z.number(),
    source_files: z.string(),
    notices: z.string(),
  })
  .transform((row) =>
    recordingSchema.parse({
      id: row.id,
      modality: row.modality,
      subject: row.subject,
      session: row.session,
      task: row.task,
      run: row.run,
      repeatGroup: row.repeat_group,
      stimulusId: row.stimulus_id,
      dataArrayId: row.data_array_id,
      spaceId: row.space_id,
      confoundsArrayId: row.confounds_array_id,
      samplingInterval: row.sampling_interval,
      sampleCount: row.sample_count,
      simulated: row.simulated !== 0,
      sourceFiles: JSON.parse(row.source_files),
      notices: JSON.parse(row.notices),
    }),
  );

const filterColumns = {
  subject: 'subject',
  task: 'task',
  modality: 'modality',
  stimulusId: 'stimulus_id',
  repeatGroup: 'repeat_group',
} as const;

/** The recording store over an open file. */
export function createRecordingStore(sql: Sql): RecordingStore {
  const find = (id: string): Recording | null => {
    const row = sql.get('SELECT * FROM recordings WHERE id = ?', id);
    return row === undefined ? null : rowSchema.parse(row);
  };
  return {
    find,
    get(id) {
      const found = find(id);
      if (!found)
        throw new UserError('recording.unknown', `There is no recording ${id} in this project.`, { id });
      return found;
    },
    put(recording) {
      sql.transaction(() => sql.run(upsert, ...values(recording)));
    },
    list(filter = {}) {
      const wanted = Object.entries(filterColumns).flatMap(([field, column]) => {
        const value = filter[field as keyof RecordingFilter];
        return value === undefined ? [] : [{ column, value }];
      });
      const where = wanted.map(({ column }) => `${column} = ?`).join(' AND ') || '1';
      const text = `SELECT * FROM recordings WHERE ${where} ORDER BY subject, session, task, run, seq`;
      return sql.all(text, ...wanted.map(({ value }) => value)).map((row) => rowSchema.parse(row));
    },
    delete(id) {
      sql.transaction(() => sql.run('DELETE FROM recordings WHERE id = ?', id));
    },
  };
}

const upsert = `INSERT INTO recordings (id, modality, subject, session, task, run, repeat_group, stimulus_id,
  data_array_id, space_id, confounds_array_id, sampling_interval, sample_count, simulated, source_files, notices)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET modality = excluded.modality, subject = excluded.subject,
  session = excluded.session, task = excluded.task, run = excluded.run, repeat_group = excluded.repeat_group,
  stimulus_id = excluded.stimulus_id, data_array_id = excluded.data_array_id, space_id = excluded.space_id,
  confounds_array_id = excluded.confounds_array_id, sampling_interval = excluded.sampling_interval,
  sample_count = excluded.sample_count, simulated = excluded.simulated, source_files = excluded.source_files,
  notices = excluded.notices`;

function values(recording: Recording): SqlValue[] {
  return [
    recording.id,
    recording.modality,
    recording.subject,
    recording.session,
    recording.task,
    recording.run,
    recording.repeatGroup,
    recording.stimulusId,
    recording.dataArrayId,
    recording.spaceId,
    recording.confoundsArrayId,
    recording.samplingInterval,
    recording.sampleCount,
    recording.simulated ? 1 : 0,
    JSON.stringify(recording.sourceFiles),
    JSON.stringify(recording.notices),
  ];
}
