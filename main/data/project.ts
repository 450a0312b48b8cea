import type { ArrayStore } from './arrays/array-store.ts';
import type { AlignmentStore } from './stores/alignments.ts';
import type { CheckpointStore } from './stores/checkpoints.ts';
import type { FeatureStore } from './stores/features.ts';
import type { ItemSetStore } from './stores/item-sets.ts';
import type { JobStore } from './stores/jobs.ts';
import type { MetaStore } from './stores/meta.ts';
import type { ProvenanceStore } from './stores/provenance.ts';
import type { RecordingStore } from './stores/recordings.ts';
import type { RunStore } from './stores/runs.ts';
import type { SpaceStore } from './stores/spaces.ts';
import type { SplitStore } from './stores/splits.ts';
import type { StimulusStore } from './stores/stimuli.ts';
import type { TrainingStore } from './stores/training.ts';

/**
 * An open project file. All calls are synchronous and safe to mix with `transaction`. Got from `createProject` or
 * `openProject` (open-project.ts) by whoever owns the window or command; passed to everyone else.
 */
export interface Project {
  /** Absolute path of the file. */
  readonly path: string;
  /** What a second connection of the same owner (the compute process) passes to `openProject`; null when read-only. */
  readonly leaseToken: string | null;
  readonly meta: MetaStore;
  readonly arrays: ArrayStore;
  readonly recordings: RecordingStore;
  readonly alignments: AlignmentStore;
  readonly spaces: SpaceStore;
  readonly stimuli: StimulusStore;
  readonly features: FeatureStore;
  readonly itemSets: ItemSetStore;
  readonly splits: SplitStore;
  readonly runs: RunStore;
  readonly training: TrainingStore;
  readonly checkpoints: CheckpointStore;
  readonly provenance: ProvenanceStore;
  readonly jobs: JobStore;
  /**
   * Runs `work` in one transaction: all of its writes are kept, or none when it throws. May be nested. `work` must
   * be synchronous.
   */
  transaction<T>(work: () => T): T;
  /** Ends the connection and gives up the lease. Safe to call twice. */
  close(): void;
}
