import type { Migration } from './migration.ts';

/** Links are checked at commit, so rows of one transaction may come in any order. */
const link = 'DEFERRABLE INITIALLY DEFERRED';

export const firstTables: Migration = {
  version: 10,
  name: 'first tables',
  sql: `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE lease (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  token TEXT NOT NULL,
  pid INTEGER NOT NULL,
  host TEXT NOT NULL,
  process_start TEXT NOT NULL,
  file_id TEXT NOT NULL,
  heartbeat_at INTEGER NOT NULL
) STRICT;

CREATE TABLE arrays (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  shape TEXT NOT NULL,
  chunk_shape TEXT NOT NULL,
  dtype TEXT NOT NULL,
  unit TEXT NOT NULL,
  axes TEXT NOT NULL,
  attributes TEXT NOT NULL,
  content_hash TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX arrays_by_hash ON arrays (content_hash);

CREATE TABLE chunks (
  array INTEGER NOT NULL REFERENCES arrays (row) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  hash BLOB NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (array, position)
) STRICT;

CREATE TABLE stimuli (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  words TEXT NOT NULL,
  content_hash TEXT NOT NULL
) STRICT;
CREATE INDEX stimuli_by_hash ON stimuli (content_hash);

CREATE TABLE spaces (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  shape TEXT NOT NULL,
  affine TEXT NOT NULL,
  voxel_index_array_id TEXT NOT NULL REFERENCES arrays (id) ${link},
  voxel_count INTEGER NOT NULL
) STRICT;
CREATE INDEX spaces_by_array ON spaces (voxel_index_array_id);

CREATE TABLE recordings (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  modality TEXT NOT NULL,
  subject TEXT NOT NULL,
  session TEXT,
  task TEXT NOT NULL,
  run TEXT,
  repeat_group TEXT,
  stimulus_id TEXT REFERENCES stimuli (id) ${link},
  data_array_id TEXT NOT NULL REFERENCES arrays (id) ${link},
  space_id TEXT REFERENCES spaces (id) ${link},
  confounds_array_id TEXT REFERENCES arrays (id) ${link},
  sampling_interval REAL NOT NULL,
  sample_count INTEGER NOT NULL,
  simulated INTEGER NOT NULL,
  source_files TEXT NOT NULL,
  notices TEXT NOT NULL
) STRICT;
CREATE INDEX recordings_by_data ON recordings (data_array_id);
CREATE INDEX recordings_by_confounds ON recordings (confounds_array_id);
CREATE INDEX recordings_by_stimulus ON recordings (stimulus_id);
CREATE INDEX recordings_by_space ON recordings (space_id);

CREATE TABLE feature_sets (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  space TEXT NOT NULL,
  space_id TEXT NOT NULL,
  stimulus_id TEXT REFERENCES stimuli (id) ${link},
  settings TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX feature_sets_by_stimulus ON feature_sets (stimulus_id);

CREATE TABLE feature_layers (
  key TEXT NOT NULL REFERENCES feature_sets (key) ON DELETE CASCADE ${link},
  position INTEGER NOT NULL,
  layer TEXT NOT NULL,
  array_id TEXT NOT NULL REFERENCES arrays (id) ${link},
  PRIMARY KEY (key, position)
) STRICT;
CREATE INDEX feature_layers_by_array ON feature_layers (array_id);

CREATE TABLE splits (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  hash TEXT NOT NULL UNIQUE,
  manifest TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE runs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  study TEXT NOT NULL,
  name TEXT NOT NULL,
  params TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'failed')),
  split_hash TEXT REFERENCES splits (hash) ${link},
  seed INTEGER NOT NULL,
  code_version TEXT NOT NULL,
  simulated INTEGER NOT NULL,
  summary TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX runs_by_split ON runs (split_hash);

CREATE TABLE run_arrays (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE ${link},
  subject TEXT NOT NULL,
  role TEXT NOT NULL,
  array_id TEXT NOT NULL REFERENCES arrays (id) ${link},
  PRIMARY KEY (run_id, subject, role)
) STRICT;
CREATE INDEX run_arrays_by_array ON run_arrays (array_id);

CREATE TABLE run_tables (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE ${link},
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (run_id, name)
) STRICT;

CREATE TABLE activities (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  params TEXT NOT NULL,
  code_version TEXT NOT NULL,
  seed INTEGER,
  started_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL
) STRICT;

CREATE TABLE activity_links (
  activity_id TEXT NOT NULL REFERENCES activities (id) ON DELETE CASCADE ${link},
  direction TEXT NOT NULL CHECK (direction IN ('input', 'output')),
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  label TEXT NOT NULL,
  PRIMARY KEY (activity_id, direction, position)
) STRICT;
CREATE INDEX activity_links_by_entity ON activity_links (kind, entity_id, direction);

CREATE TABLE jobs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted')),
  params TEXT NOT NULL,
  result_key TEXT,
  progress TEXT,
  result TEXT,
  error TEXT,
  cursor TEXT,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  cancel_requested INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX jobs_by_state ON jobs (state);
CREATE INDEX jobs_by_result_key ON jobs (result_key);
`,
};
