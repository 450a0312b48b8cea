import type { FeatureSpaceInfo, Stimulus, Word } from '../contract/stimuli.ts';
import { UserError } from '../core/errors.ts';
import { contentHash } from '../core/hash.ts';
import type { Matrix } from '../tensor/matrix.ts';
import type { FeatureOptions, FeatureSettings, FeatureSpace } from './feature-space.ts';

/** Raise this when the values of any space change for the same settings and weights. */
const CODE_VERSION = 1;

/** Refuses times that cannot be put on one clock. @throws UserError `words.times`, `words.order` */
export function checkWords(words: readonly Word[]): void {
  words.forEach(({ text, onset, duration }, index) => {
    if (!Number.isFinite(onset) || !(duration >= 0)) {
      throw new UserError(
        'words.times',
        `Word ${index + 1} ("${text}") has no usable time. Give each word an onset in seconds and a duration of 0 or more.`,
        { index: index + 1, text },
      );
    }
    if (index > 0 && onset < words[index - 1].onset) {
      throw new UserError(
        'words.order',
        `Word ${index + 1} ("${text}", ${onset} s) begins before the word in front of it. Sort the words by onset.`,
        { index: index + 1, text, onset },
      );
    }
  });
}

/** Refuses words of another language than the space was made for. @throws UserError `features.language` */
export function checkLanguage(space: FeatureSpace, language: string): void {
  if (space.language === null || language.toLowerCase().split(/[-_]/)[0] === space.language) return;
  throw new UserError(
    'features.language',
    `${space.info.name} knows "${space.language}" only, but the stimulus is in "${language}". Choose a feature space made of word times, or correct the language of the stimulus.`,
    { space: space.info.name, known: space.language, language },
  );
}

/**
 * Features of one run's words: one word × dimension matrix (float32) per layer of the space.
 * @throws UserError `words.times`, `words.order`, and what the space throws; AbortError when cancelled
 */
export async function computeFeatures(
  space: FeatureSpace,
  words: readonly Word[],
  options: FeatureOptions,
): Promise<Matrix[]> {
  checkWords(words);
  options.signal.throwIfAborted();
  return space.compute(words, options);
}

/** Key of a feature set: equal for equal words, space, weights and settings that matter. */
export async function featureKey(
  space: FeatureSpace,
  words: readonly Word[],
  settings: FeatureSettings,
): Promise<string> {
  const used = Object.fromEntries(space.uses.map((name) => [name, settings[name]]));
  const fingerprint = await space.fingerprint();
  return contentHash({
    code: CODE_VERSION,
    space: space.info,
    fingerprint,
    settings: used,
    words: contentHash([...words]),
  });
}

/** What is needed of an open project to keep features in it. */
export interface FeatureKeeper {
  readonly arrays: {
    readAs(id: string, dtype: 'float32'): { readonly shape: readonly number[]; readonly data: Float32Array };
    put(
      spec: { name: string; shape: number[]; dtype: 'float32'; axes: { name: string }[] },
      data: Float32Array,
    ): { readonly id: string };
  };
  readonly features: {
    find(key: string): { readonly layers: readonly { readonly arrayId: string }[] } | null;
    put(set: {
      key: string;
      space: FeatureSpaceInfo;
      stimulusId: string;
      settings: Record<string, unknown>;
      layers: { layer: string; arrayId: string }[];
    }): unknown;
  };
  transaction(work: () => void): void;
}

/**
 * Like `computeFeatures` for the words of a stimulus, kept in the project: looked up by content hash first, stored after
 * computing, so that the same work is never done twice.
 * @throws UserError `features.language`, and as `computeFeatures`
 */
export async function cachedFeatures(
  project: FeatureKeeper,
  stimulus: Pick<Stimulus, 'id' | 'name' | 'language' | 'words'>,
  space: FeatureSpace,
  options: FeatureOptions,
): Promise<Matrix[]> {
  checkLanguage(space, stimulus.language);
  const key = await featureKey(space, stimulus.words, options.settings);
  const kept = project.features.find(key);
  if (kept !== null) {
    return kept.layers.map(({ arrayId }) => {
      const { shape, data } = project.arrays.readAs(arrayId, 'float32');
      return { rows: shape[0], cols: shape[1], data };
    });
  }
  const features = await computeFeatures(space, stimulus.words, options);
  project.transaction(() => {
    const layers = space.info.layers.map((layer, index) => {
      const { rows, cols, data } = features[index];
      const { id } = project.arrays.put(
        {
          name: `${stimulus.name} ${space.info.id} ${layer}`,
          shape: [rows, cols],
          dtype: 'float32',
          axes: [{ name: 'word' }, { name: 'feature' }],
        },
        data,
      );
      return { layer, arrayId: id };
    });
    const settings = Object.fromEntries(space.uses.map((name) => [name, options.settings[name]]));
    project.features.put({ key, space: space.info, stimulusId: stimulus.id, settings, layers });
  });
  return features;
}
