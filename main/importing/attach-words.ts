import { basename } from 'node:path';
import type { WordSource } from '../contract/importing.ts';
import type { Stimulus } from '../contract/stimuli.ts';
import { UserError } from '../core/errors.ts';
import type { Project } from '../data/project.ts';
import { hashFile } from '../formats/source.ts';
import { readWords, wordCandidates } from './fmri/words.ts';
import { storeStimulus } from './store-stimulus.ts';

/**
 * Where a file's words are, best guess: a column of an events table or a tier of a TextGrid.
 * @throws UserError `words.none`, and what reading the file gives
 */
export async function guessWords(path: string): Promise<WordSource> {
  const grid = /\.TextGrid$/i.test(path);
  const { candidates, notices } = await wordCandidates(grid ? null : path, grid ? path : null);
  const [best] = candidates;
  if (best !== undefined) return best.source;
  const [doubt] = notices;
  const file = basename(path);
  throw doubt === undefined
    ? new UserError(
        'words.none',
        `${file} holds no words in what was chosen: choose another column or tier.`,
        {
          file,
        },
      )
    : new UserError(doubt.code, doubt.message, doubt.params);
}

/**
 * Gives a recording the words of a file as its stimulus. Its alignment, if any, was to other words and is forgotten.
 * @throws UserError `recording.unknown`, and as `readWords`
 */
export async function attachWords(
  project: Project,
  recordingId: string,
  source: WordSource,
  language: string,
  codeVersion: string,
): Promise<Stimulus> {
  const recording = project.recordings.get(recordingId);
  const { words } = await readWords(source);
  const file = await hashFile(source.path);
  return project.transaction(() => {
    const { isNew: _, ...stimulus } = storeStimulus(project, basename(source.path), language, words);
    attachStimulus(project, recording.id, stimulus, codeVersion, [
      { kind: 'file', id: file.sha256, label: file.path },
    ]);
    return stimulus;
  });
}

/**
 * Gives a recording a stimulus that the project has.
 * @throws UserError `recording.unknown`
 */
export function attachStimulus(
  project: Project,
  recordingId: string,
  stimulus: Stimulus,
  codeVersion: string,
  inputs: Parameters<Project['provenance']['record']>[0]['inputs'] = [],
): void {
  project.transaction(() => {
    const recording = project.recordings.get(recordingId);
    if (recording.stimulusId !== stimulus.id) project.alignments.delete(recordingId);
    project.recordings.put({ ...recording, stimulusId: stimulus.id });
    project.provenance.record({
      kind: 'clock.attach',
      params: { recordingId },
      codeVersion,
      seed: null,
      inputs: [...inputs],
      outputs: [{ kind: 'stimulus', id: stimulus.id, label: stimulus.name }],
    });
  });
}
