import type { Stimulus, Word } from '../contract/stimuli.ts';
import { contentHash } from '../core/hash.ts';
import { newId } from '../core/ids.ts';
import type { Project } from '../data/project.ts';

/** Keeps words as a stimulus, or finds the one with these very words and times. Call inside a transaction. */
export function storeStimulus(
  project: Project,
  name: string,
  language: string,
  words: readonly Word[],
): Stimulus & { readonly isNew: boolean } {
  const hash = contentHash({ language, words: [...words] });
  const known = project.stimuli.findByHash(hash);
  if (known) return { ...known, isNew: false };
  const stimulus: Stimulus = { id: newId(), name, language, words: [...words], contentHash: hash };
  project.stimuli.put(stimulus);
  return { ...stimulus, isNew: true };
}
