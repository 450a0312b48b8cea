import type { ClockModel } from '../../contract/clock.ts';
import type { EncodingStudyParams } from '../../contract/encoding.ts';
import type { FeatureSpaceInfo, Hemodynamics, Stimulus } from '../../contract/stimuli.ts';
import type { ReportProgress } from '../../core/progress.ts';
import type { Project } from '../../data/project.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import type { Matrix } from '../../tensor/matrix.ts';

/** Features of one stimulus at the samples of one run. */
export interface SampledFeatureRequest {
  readonly spaceId: string;
  /** Values of the words in random order; words keep their times. */
  readonly shuffled?: boolean;
  readonly stimulus: Stimulus;
  /** How the run's clock relates to the stimulus; left out, they are the same. */
  readonly clock?: ClockModel;
  /** Words of context for contextual spaces. */
  readonly lookBackWords: number;
  /** Seed of the untrained encoder's weights, and of the random order. */
  readonly seed: number;
  readonly downsampling: EncodingStudyParams['downsampling'];
  readonly hemodynamics: Hemodynamics;
  /** Seconds between samples, and how many. */
  readonly samplingInterval: number;
  readonly samples: number;
}

/** What the study needs of other rooms, given by compose.ts; tests give their own. */
export interface StudyDeps {
  /** The engine for large products; the same one at every call. */
  engine(): Promise<MatrixEngine>;
  /** @throws UserError `features.unknown-space` */
  featureSpace(id: string): FeatureSpaceInfo;
  /** One matrix per layer, samples × columns, haemodynamics applied. Cached in the project by content hash. */
  sampledFeatures(
    project: Project,
    request: SampledFeatureRequest,
    signal: AbortSignal,
    report: ReportProgress,
  ): Promise<Matrix[]>;
  /** Voxels fitted and committed together, where tests want fewer than the product's. */
  readonly voxelsPerStep?: number;
  readonly codeVersion: string;
  /** Versions of what computes: node, onnxruntime-node. */
  readonly versions: Readonly<Record<string, string>>;
}
