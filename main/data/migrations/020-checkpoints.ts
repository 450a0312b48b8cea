import type { Migration } from './migration.ts';

/**
 * Training runs, their checkpoints, the tensors of these (each kept once under its hash, in compressed parts), and
 * metrics packed a thousand points to a row: a million points are then a thousand rows.
 */
export const checkpoints: Migration = {
  version: 20,
  name: 'checkpoints',
  sql: `
CREATE TABLE training_runs (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  plan TEXT NOT NULL,
  name TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('trained', 'imported')),
  state TEXT NOT NULL
    CHECK (state IN ('waiting', 'training', 'paused', 'complete', 'diverged', 'failed')),
  seed INTEGER,
  config TEXT NOT NULL,
  settings TEXT NOT NULL,
  provider TEXT,
  code_version TEXT NOT NULL,
  simulated INTEGER NOT NULL,
  tokens_per_step INTEGER,
  total_steps INTEGER,
  error TEXT,
  audit TEXT,
  created_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX training_runs_by_plan ON training_runs (plan);

CREATE TABLE run_files (
  run INTEGER NOT NULL REFERENCES training_runs (row) ON DELETE CASCADE,
  name TEXT NOT NULL,
  hash BLOB NOT NULL REFERENCES kept_files (hash),
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_files_by_hash ON run_files (hash);

CREATE TABLE kept_files (
  hash BLOB PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE tensors (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  hash BLOB NOT NULL UNIQUE,
  shape TEXT NOT NULL,
  norm REAL
) STRICT;

CREATE TABLE tensor_parts (
  tensor INTEGER NOT NULL REFERENCES tensors (row) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (tensor, position)
) STRICT;

CREATE TABLE checkpoints (
  row INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  run INTEGER NOT NULL REFERENCES training_runs (row) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  tokens INTEGER,
  source TEXT,
  tensors INTEGER NOT NULL,
  parameters INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (run, step)
) STRICT;

CREATE TABLE checkpoint_tensors (
  checkpoint INTEGER NOT NULL REFERENCES checkpoints (row) ON DELETE CASCADE,
  name TEXT NOT NULL,
  tensor INTEGER NOT NULL REFERENCES tensors (row),
  PRIMARY KEY (checkpoint, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX checkpoint_tensors_by_tensor ON checkpoint_tensors (tensor);

CREATE TABLE resume_points (
  run INTEGER PRIMARY KEY REFERENCES training_runs (row) ON DELETE CASCADE,
  step INTEGER NOT NULL
) STRICT;

CREATE TABLE resume_tensors (
  run INTEGER NOT NULL REFERENCES resume_points (run) ON DELETE CASCADE,
  name TEXT NOT NULL,
  tensor INTEGER NOT NULL REFERENCES tensors (row),
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX resume_tensors_by_tensor ON resume_tensors (tensor);

CREATE TABLE metric_blocks (
  run INTEGER NOT NULL REFERENCES training_runs (row) ON DELETE CASCADE,
  metric TEXT NOT NULL,
  first_step INTEGER NOT NULL,
  last_step INTEGER NOT NULL,
  count INTEGER NOT NULL,
  steps BLOB NOT NULL,
  metric_values BLOB NOT NULL,
  PRIMARY KEY (run, metric, first_step)
) STRICT;
`,
};
