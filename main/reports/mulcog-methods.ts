import type { MulcogResult } from '../contract/mulcog.ts';

/**
 * The methods of a MulCogBench study in sentences for a paper, written from its parameters and provenance; English, as
 * papers are.
 */
export function mulcogMethods(result: MulcogResult): string {
  const { params, kinds, models, provenance } = result;
  const subjects = kinds.reduce((sum, kind) => sum + kind.subjects.length, 0);
  const languages = [...new Set(kinds.map(({ language }) => language))].join(' and ');
  const stories = kinds.some(({ modality, level }) => modality === 'fmri' && level === 'discourse');
  const named = models.filter(({ kind }) => kind !== 'control');
  const sentences = [
    `${result.simulated ? 'Simulated cognitive' : 'Cognitive'} data of ${kinds.length} kinds (${languages}; ${subjects} subject data sets) were related to language models by similarity encoding (Zhang et al. 2024).`,
    `Embeddings were ${named.map(({ name, layers }) => `${name} (${layers.length === 1 ? 'one layer' : `layers ${layers.join(', ')}`})`).join('; ')}; contextual models saw up to ${params.lookBackWords} words before each word and never another text.`,
    'Each embedding was z-scored over its dimensions, each column of the data over items; an item was predicted as the sum over other items of the correlation of embeddings times their data, less the mean of these data: items of the same story or sentence, and other occurrences of the same word, were excluded.',
    stories
      ? `For story fMRI, words left impulses at their ends on a line of 100 Hz that was convolved with the SPM response (γ6 − γ16/6, 32 s, unit sum) and sampled every 0.71 s, the first 19 volumes dropped; ${params.words === 'inner' ? 'whether all or content words did so' : `${params.words} words did so`}${params.responseDelays.length > 1 ? ` and a delay of ${params.responseDelays.join(' or ')} s were` : ' was'} ${params.words === 'inner' || params.responseDelays.length > 1 ? 'chosen on inner folds' : 'fixed beforehand'}.`
      : '',
    `Layers were chosen on the other ${params.folds - 1} of ${params.folds} folds of whole stories, sentences or words, never on items that score them.`,
    `Scores are mean Pearson r over columns and subjects, less the mean r of embeddings shuffled among words (every second of at least ${params.shuffles} shuffles); one-sided p values come from all shuffles, intervals from 1,000 bootstraps over stories, sentences or words with subjects fixed.`,
    'Controls were an untrained encoder of the same architecture, tuning curves of length and frequency, tuning curves of position in text and sentence, sentence length and word rate, shuffled embeddings and the mean pattern; a model that knows only autocorrelation can say nothing, since no item is predicted from its own story or sentence; ceilings are r with the mean of the other subjects, or similarity encoding with their patterns as embeddings where columns do not correspond.',
    models.some(({ sources }) => /derived from English/.test(sources.zh ?? ''))
      ? 'Chinese vectors and encoder inputs were derived from English glosses of CC-CEDICT (CC BY-SA 4.0), so agreement of the languages on these models is no independent evidence.'
      : '',
    `Random numbers were drawn with seed ${params.seed}. Computed with Gyrus ${provenance.codeVersion}.`,
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}
