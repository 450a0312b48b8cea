import type { FeatureSpaceInfo } from '../../contract/stimuli.ts';
import { contentHash } from '../../core/hash.ts';
import { RESOURCES, type ResourceStore } from '../../core/resource-store.ts';
import { USE_LITE_LAYERS } from '../../models/architectures/use-lite.ts';
import type { ContextEncoder } from '../../models/encoders/context-encoder.ts';
import type { FeatureSpace } from '../feature-space.ts';
import { loadChineseWords } from './chinese-words.ts';

const SOURCE = 'Universal Sentence Encoder lite (Cer et al. 2018), Apache-2.0';

const GLOSSED =
  '; Chinese words are read as their first English gloss of CC-CEDICT (CC BY-SA 4.0), word for word: derived from English, so no independent evidence when languages are compared';

function info(trained: boolean, glossed: boolean): FeatureSpaceInfo {
  const source = trained ? SOURCE : `${SOURCE}; same architecture, random weights of matched scale`;
  return {
    id: `use-lite${glossed ? '-gloss' : ''}${trained ? '' : '-untrained'}`,
    name: `Universal Sentence Encoder lite${glossed ? ' over English glosses' : ''}${trained ? '' : ', untrained'}`,
    kind: trained ? 'contextual' : 'control',
    layers: USE_LITE_LAYERS.map(({ name }) => name),
    dimensions: USE_LITE_LAYERS.map(({ dimensions }) => dimensions),
    source: glossed ? source + GLOSSED : source,
  };
}

/**
 * States of the bundled encoder for every word, each computed from the word and up to `lookBackWords` words before it: never
 * from later words. A word's state is the mean over its sub-word tokens.
 * @param glossed for Chinese: every word is read as its first English gloss; unlisted words leave a gap (zeros)
 */
export function contextualSpace(resources: ResourceStore, trained: boolean, glossed = false): FeatureSpace {
  let opened: { readonly seed: number; readonly encoder: Promise<ContextEncoder> } | null = null;
  const release = async () => {
    const encoder = opened?.encoder;
    opened = null;
    await (await encoder)?.release();
  };
  const open = async (seed: number): Promise<ContextEncoder> => {
    if (opened !== null && (trained || opened.seed === seed)) return opened.encoder;
    await release();
    // Loaded here: whoever only lists the spaces must not wait for ONNX Runtime.
    const encoder = import('../../models/encoders/use-lite-encoder.ts').then(({ openUseLite }) =>
      openUseLite(resources, trained ? {} : { untrainedSeed: seed }),
    );
    opened = { seed, encoder };
    encoder.catch(() => {
      opened = null;
    });
    return encoder;
  };
  return {
    info: info(trained, glossed),
    pooling: 'mean',
    uses: trained ? ['lookBackWords'] : ['lookBackWords', 'seed'],
    language: glossed ? 'zh' : 'en',
    fingerprint: async () => {
      const encoder = contentHash(await resources.read(RESOURCES.encoder));
      return glossed ? contentHash([encoder, contentHash(await resources.read(RESOURCES.chinese))]) : encoder;
    },
    async compute(words, { settings, signal, report }) {
      const encoder = await open(settings.seed);
      const dictionary = glossed ? await loadChineseWords(resources) : null;
      const texts = words.map(({ text }) =>
        dictionary === null ? text : (dictionary.glosses(text)?.[0].replace(/^to /, '') ?? ''),
      );
      const windows = texts.map((_, index) =>
        texts.slice(Math.max(0, index - settings.lookBackWords), index + 1),
      );
      return encoder.encodeWindows(windows, { signal, report });
    },
    release,
  };
}
