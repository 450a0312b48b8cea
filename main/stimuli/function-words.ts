import type { ResourceStore } from '../core/resource-store.ts';
import { loadChineseWords } from './spaces/chinese-words.ts';
import { bareForm } from './spaces/word-form.ts';

/** English closed-class words: articles, pronouns, prepositions, conjunctions, auxiliaries, particles. */
const ENGLISH = new Set(
  `a an the this that these those some any no every each either neither all both such other another
   i me my mine myself you your yours yourself he him his himself she her hers herself it its itself we us our ours
   ourselves they them their theirs themselves who whom whose which what whoever whatever one
   of in on at by for with about against between into through during before after above below to from up down out off
   over under within without upon among towards toward across behind beyond since until till per via except near
   and or but nor so yet if because as than although though while whereas unless whether when where why how
   am is are was were be been being do does did doing have has had having will would shall should can could may might
   must ought not n't 's 're 've 'd 'll 'm there here then thus also too very just only even else ever never`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/**
 * Tells content words from function words and punctuation: by a closed list for English, by the tags of jieba's
 * dictionary for Chinese. In other languages every word counts as content.
 */
export async function contentWords(
  resources: ResourceStore,
  language: string,
): Promise<(text: string) => boolean> {
  const hasLetters = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);
  if (language === 'en') return (text) => hasLetters(text) && !ENGLISH.has(bareForm(text));
  if (language === 'zh') {
    const dictionary = await loadChineseWords(resources);
    return (text) => hasLetters(text) && !dictionary.isFunction(text);
  }
  return hasLetters;
}
