import type { EncodingResult } from '../contract/encoding.ts';

/**
 * The methods of an encoding study in sentences for a paper, written from its parameters and split; English, as
 * papers are. Nothing in it is fixed text where a parameter decides.
 */
export function methodsParagraph(result: EncodingResult): string {
  const { params, subjects, featureSpace } = result;
  const [first] = subjects;
  const runs = first.recordingIds.length;
  const who = result.simulated
    ? `${subjects.length} simulated listener${plural(subjects.length)}`
    : `${subjects.length} participant${plural(subjects.length)}`;
  const sentences = [
    `Voxelwise encoding models were fitted to the fMRI data of ${who} (${runs} runs each, TR ${first.samplingInterval} s, ${first.voxelCount} voxels).`,
    `Words were represented by ${featureSpace.name} (${featureSpace.layers.length > 1 ? `layers ${featureSpace.layers.join(', ')}` : 'one layer'}${params.lookBackWords > 0 ? `; each word in the context of up to ${params.lookBackWords} words before it, none after it` : ''}).`,
    params.downsampling === 'lanczos'
      ? 'Features were brought to the sampling of the scanner by a Lanczos filter with three lobes and a cutoff at the Nyquist rate'
      : 'Features were averaged within each volume',
    params.hemodynamics.kind === 'spm'
      ? 'and convolved with the SPM double-gamma haemodynamic response.'
      : `and expanded by finite impulse responses with delays of ${params.hemodynamics.delays.join(', ')} volumes.`,
    params.highPassSeconds === null
      ? 'No high-pass filter was applied.'
      : `Drift slower than ${params.highPassSeconds} s was removed from data and features, run by run, by a discrete cosine set${params.confounds === 'kept' ? '; the confounds kept at import were regressed from the data together with it' : ''}.`,
    `Data and features were z-scored with the mean and standard deviation of the training samples of each fold.`,
    splitSentence(result),
    `Ridge regression was used; the penalty of every voxel (${params.penalties.count} values from 10^${params.penalties.from} to 10^${params.penalties.to}) and the layer were chosen on inner folds of the training data by correlation, never on the samples that score them.`,
    'Accuracy is the Pearson correlation between predicted and measured signal on held-out samples, both without drift and confounds, averaged over folds; R² is given beside it.',
    first.arrays.ceiling === null
      ? 'No stimulus was repeated, so no noise ceiling could be computed.'
      : 'The noise ceiling is the square root of the explainable variance over repeats of a stimulus (Hsu, Borst and Theunissen 2004).',
    `One-sided p values come from ${params.permutations} permutations of blocks of ${params.blockSamples} volumes of the prediction within folds, widened to the spread that refitting on block-permuted data shows (folds share training data); false discovery rate was controlled at ${params.fdrLevel} over the voxels of each participant (Benjamini and Hochberg 1995).`,
    'The same procedure was run for five controls: an untrained copy of the encoder, word rate with position, sentence length, a model of temporal autocorrelation alone (Hadidi et al. 2025), and the features themselves, dealt out to the words at random. A constant prediction, such as the mean of the training samples, correlates with nothing over time (r = 0) and needs no row.',
    'Regions are nearest-landmark regions in Talairach coordinates, not an anatomical parcellation.',
    `Random numbers were drawn with seed ${params.seed}. Computed with Gyrus ${result.provenance.codeVersion}.`,
  ];
  return sentences.join(' ');
}

function splitSentence({ subjects, params }: EncodingResult): string {
  const { split } = subjects[0];
  const trimmed = split.trim > 0 ? ` ${split.trim} volumes were dropped at both ends of every run.` : '';
  if (split.kind === 'contiguous') {
    return `Outer folds were ${split.folds.length} contiguous blocks with a gap of ${Math.max(1, params.trim)} volumes between training and test.${trimmed}`;
  }
  const repeats =
    split.repeatGroups.length > 0
      ? ' Runs with the same stimulus were always left out together, so that no stimulus was in training and test at once.'
      : '';
  return `Outer folds left out one run at a time (${split.folds.length} folds).${repeats}${trimmed}`;
}

function plural(count: number): string {
  return count === 1 ? '' : 's';
}
