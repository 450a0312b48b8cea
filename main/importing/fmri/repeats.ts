import type { Recording } from '../../contract/recordings.ts';
import type { Stimulus } from '../../contract/stimuli.ts';
import { contentHash } from '../../core/hash.ts';
import type { Project } from '../../data/project.ts';

/**
 * Finds repeated runs of a subject (the noise ceiling needs them) and keeps the finding on the recordings: runs
 * whose stimuli have the same words in the same order, with onsets that differ by less than half a TR, form one
 * repeat group. A subject's other recordings in the project count too. Call inside a transaction.
 */
export function markRepeats(project: Project, subjects: readonly string[]): void {
  const stimuli = new Map<string, Stimulus>();
  for (const subject of new Set(subjects)) {
    const recordings = project.recordings.list({ subject, modality: 'fmri' });
    const groups: Recording[][] = [];
    for (const recording of recordings) {
      const home = groups.find(([first]) => sameStimulus(project, stimuli, first, recording));
      if (home) home.push(recording);
      else groups.push([recording]);
    }
    for (const group of groups) {
      const stimulus =
        group[0].stimulusId === null ? null : stimulusOf(project, stimuli, group[0].stimulusId);
      const name = group.length > 1 && stimulus ? `sub-${subject}/${wordsHash(stimulus).slice(0, 12)}` : null;
      for (const recording of group) {
        if (recording.repeatGroup !== name) project.recordings.put({ ...recording, repeatGroup: name });
      }
    }
  }
}

function sameStimulus(project: Project, cache: Map<string, Stimulus>, a: Recording, b: Recording): boolean {
  if (a.stimulusId === null || b.stimulusId === null) return false;
  if (a.stimulusId === b.stimulusId) return true;
  const [one, two] = [stimulusOf(project, cache, a.stimulusId), stimulusOf(project, cache, b.stimulusId)];
  if (one.words.length !== two.words.length || wordsHash(one) !== wordsHash(two)) return false;
  const allowed = Math.min(a.samplingInterval, b.samplingInterval) / 2;
  return one.words.every((word, index) => Math.abs(word.onset - two.words[index].onset) < allowed);
}

function stimulusOf(project: Project, cache: Map<string, Stimulus>, id: string): Stimulus {
  const found = cache.get(id) ?? project.stimuli.get(id);
  cache.set(id, found);
  return found;
}

function wordsHash(stimulus: Stimulus): string {
  return contentHash(stimulus.words.map((word) => word.text));
}
