import type { EncodingStudyParams, EncodingSubject } from '../../contract/encoding.ts';
import type { Notice } from '../../contract/errors.ts';

/** Columns that a feature turns into under the chosen haemodynamics. */
export function columnsPerFeature(params: EncodingStudyParams): number {
  return params.hemodynamics.kind === 'fir' ? params.hemodynamics.delays.length : 1;
}

/** What a reader should know before believing the maps: one sentence each. */
export function studyNotices(
  subjects: readonly EncodingSubject[],
  dimensions: readonly number[],
  params: EncodingStudyParams,
): Notice[] {
  const notices: Notice[] = [];
  const columns = Math.max(...dimensions) * columnsPerFeature(params);
  for (const { subject, split, excludedVoxels, voxelCount, arrays } of subjects) {
    const training = split.folds.map((fold) =>
      fold.train.reduce((sum, part) => sum + part.end - part.start, 0),
    );
    const samples = Math.min(...training);
    if (samples < columns) {
      notices.push({
        level: 'info',
        code: 'encoding.more-features-than-samples',
        message: `Subject ${subject} has ${samples} training volumes for up to ${columns} features; ridge shrinks what they cannot tell apart, so scores may lie below what longer recordings would give.`,
        params: { subject, samples, features: columns },
      });
    }
    if (excludedVoxels > 0) {
      notices.push({
        level: 'warning',
        code: 'encoding.excluded-voxels',
        message: `${excludedVoxels} of ${voxelCount} voxels of subject ${subject} never vary or hold values that are not numbers; they are scored 0 and not tested.`,
        params: { subject, excluded: excludedVoxels, voxels: voxelCount },
      });
    }
    if (arrays.ceiling === null) {
      notices.push({
        level: 'info',
        code: 'encoding.no-repeats',
        message: `No stimulus was repeated for subject ${subject}, so there is no noise ceiling: a low score may mean a poor model or noisy data.`,
        params: { subject },
      });
    }
  }
  return notices;
}
