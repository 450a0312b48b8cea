import type { EncodingStudyParams } from '../../contract/encoding.ts';
import type { FeatureSpaceInfo } from '../../contract/stimuli.ts';
import type { StudyDeps } from './study-deps.ts';

/** A model that is always fitted beside the one in question, with the same split, penalties and choice of layer. */
export interface EncodingControl {
  readonly id: string;
  readonly name: string;
  readonly meaning: string;
  /** Its feature space; null for the control that is made from the samples alone. */
  readonly space: string | null;
  /** Whether the space's values are dealt out to the words at random. */
  readonly shuffled?: boolean;
}

const untrained: EncodingControl = {
  id: 'untrained',
  name: 'Untrained encoder',
  meaning:
    'The same encoder with random weights: what architecture, word identity and word times give without any training.',
  space: 'use-lite-untrained',
};
const wordRate: EncodingControl = {
  id: 'word-rate',
  name: 'Word rate and position',
  meaning: 'How many words fall into each sample and where they stand in the story: timing without content.',
  space: 'word-rate-position',
};
const sentenceLength: EncodingControl = {
  id: 'sentence-length',
  name: 'Sentence length',
  meaning: 'How many words the sentences have that fall into each sample: form without content.',
  space: 'sentence-length',
};
const autocorrelation: EncodingControl = {
  id: 'autocorrelation',
  name: 'Autocorrelation only',
  meaning:
    'One Gaussian bump per sample, knowing nothing of the stimulus: scores above zero only where the split leaks between neighbouring samples.',
  space: null,
};

/** The feature space in question and the controls that no study can leave out. */
export function encodingControls(
  deps: StudyDeps,
  params: EncodingStudyParams,
): { readonly space: FeatureSpaceInfo; readonly controls: readonly EncodingControl[] } {
  const shuffled: EncodingControl = {
    id: 'shuffled',
    name: 'Shuffled embeddings',
    meaning:
      'The same features, dealt out to the words of each stimulus at random: what word times give when no word has its own meaning.',
    space: params.featureSpace,
    shuffled: true,
  };
  return {
    space: deps.featureSpace(params.featureSpace),
    controls: [untrained, wordRate, sentenceLength, autocorrelation, shuffled],
  };
}
