import { contiguousFolds, leaveOneRunOut } from '../../analysis/splits/make-splits.ts';
import { type RowRange, type SplitManifest, splitHash } from '../../analysis/splits/split-manifest.ts';
import type { EncodingStudyParams } from '../../contract/encoding.ts';
import type { SplitManifest as SplitSummary } from '../../contract/study.ts';
import type { SubjectInput } from './resolve-inputs.ts';

/**
 * The split of one subject's samples, runs one after another. Runs of one stimulus form a group that is never on
 * both sides. Contiguous folds keep a gap of `trim` training samples on both sides of a test block, because the
 * haemodynamic response reaches over the seam.
 * @throws UserError from analysis/splits (too short, one run only, repeats with contiguous folds, ...)
 */
export function subjectSplit(input: SubjectInput, params: EncodingStudyParams): SplitManifest {
  const runs = input.runs.map(({ recording, stimulus }) => ({
    id: recording.id,
    samples: recording.sampleCount,
    group: stimulus.contentHash,
  }));
  const options = { runs, trim: params.trim, innerFolds: params.innerFolds };
  return params.split.kind === 'contiguous'
    ? contiguousFolds({ ...options, folds: params.split.folds, gap: Math.max(1, params.trim) })
    : leaveOneRunOut(options);
}

/** The same split as pages and reports show it: ranges of recordings instead of ranges of the joint axis. */
export function describeSplit(manifest: SplitManifest): SplitSummary {
  const groups = new Map<string, string[]>();
  for (const run of manifest.runs) {
    const group = run.group ?? run.id;
    groups.set(group, [...(groups.get(group) ?? []), run.id]);
  }
  return {
    kind: manifest.scheme === 'contiguous' ? 'contiguous' : 'leave-one-run-out',
    trim: manifest.trim,
    folds: manifest.folds.map((fold) => ({
      test: byRecording(manifest, fold.test),
      train: byRecording(manifest, fold.train),
    })),
    repeatGroups: [...groups.values()].filter((members) => members.length > 1),
    hash: splitHash(manifest),
  };
}

/** Ranges of the joint sample axis cut at run boundaries. */
export function byRecording(
  manifest: SplitManifest,
  ranges: readonly RowRange[],
): { recordingId: string; start: number; end: number }[] {
  let offset = 0;
  return manifest.runs.flatMap((run) => {
    const first = offset;
    offset += run.samples;
    return ranges
      .map((range) => ({
        recordingId: run.id,
        start: Math.max(range.start, first) - first,
        end: Math.min(range.stop, first + run.samples) - first,
      }))
      .filter((piece) => piece.end > piece.start);
  });
}
