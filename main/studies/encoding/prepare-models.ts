import { type PreparedEncoding, prepareEncoding } from '../../analysis/ridge/fit-encoding.ts';
import type { Fold, SplitManifest } from '../../analysis/splits/split-manifest.ts';
import type { EncodingStudyParams } from '../../contract/encoding.ts';
import { contentHash } from '../../core/hash.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import type { Matrix } from '../../tensor/matrix.ts';
import { type PreparedModel, penaltyGrid, type StudyModel } from './fit-voxels.ts';

/** Decomposed features of a run of the study, shared by subjects who had the same features and folds. */
export interface ModelPreparer {
  prepare(
    model: StudyModel,
    split: SplitManifest,
    voxels: number,
    signal: AbortSignal,
  ): Promise<PreparedModel>;
}

/** Layers kept: those of a model and its controls, with room for a second set. */
const KEPT = 24;

/** A preparer that remembers what it decomposed; decomposing costs as much as fitting thousands of voxels. */
export function createPreparer(engine: MatrixEngine, params: EncodingStudyParams): ModelPreparer {
  const known = new Map<string, PreparedEncoding>();
  const one = async (
    features: Matrix,
    split: SplitManifest,
    voxels: number,
    signal: AbortSignal,
  ): Promise<PreparedEncoding> => {
    const bytes = new Uint8Array(features.data.buffer, features.data.byteOffset, features.data.byteLength);
    const folds = split.folds.map(ranges);
    const key = contentHash({ features: contentHash(bytes), columns: features.cols, voxels, folds });
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = await prepareEncoding(
      engine,
      { features, split, penalties: penaltyGrid(params), penaltyBy: 'correlation', signal },
      voxels,
    );
    known.set(key, made);
    for (const old of known.keys()) if (known.size > KEPT) known.delete(old);
    return made;
  };
  return {
    async prepare(model, split, voxels, signal) {
      const prepared: PreparedEncoding[] = [];
      for (const { features } of model.layers) {
        signal.throwIfAborted();
        prepared.push(await one(features, split, voxels, signal));
      }
      return prepared;
    },
  };
}

/** What of a fold decides the numbers: its samples, not the names of its runs. */
function ranges(fold: SplitManifest['folds'][number]): object {
  const plain = ({ train, test }: Fold): object => ({ train, test });
  return { ...plain(fold), inner: fold.inner.map(plain) };
}
