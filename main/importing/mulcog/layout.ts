import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PlannedItemSet } from '../../contract/mulcog-import.ts';
import { UserError } from '../../core/errors.ts';
import { readJsonObject, saysSimulated } from '../../formats/bids/sidecar.ts';
import { readText } from '../../formats/text/decode-text.ts';

/** Region folders of the discourse fMRI, in the order of columns. */
export const REGIONS = ['Cognition', 'Language', 'Manipulation', 'Memory', 'Reward', 'Vision'] as const;

/** Folders of which one makes a folder a root of the published layout. */
const MARKS = ['word', 'word_fmri', 'ratings', 'story', 'fmri', 'encoding_meg_100ms', 'eye_tracking'];
const DEPTH = 3;

/** Names in a folder, sorted; none where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}

/** Stories 1, 2, … of a folder as numbers, by a pattern with the number in its first group. */
export async function storyNumbers(folder: string, pattern: RegExp): Promise<number[]> {
  return (await namesIn(folder))
    .flatMap((name) => {
      const number = pattern.exec(name)?.[1];
      return number === undefined ? [] : [Number(number)];
    })
    .sort((a, b) => a - b);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

async function rootsBelow(folder: string, depth: number): Promise<string[]> {
  const names = await namesIn(folder);
  if (names.some((name) => MARKS.includes(name))) return [folder];
  if (depth === 0) return [];
  const below: string[] = [];
  for (const name of names) {
    const path = join(folder, name);
    if (await isFolder(path)) below.push(...(await rootsBelow(path, depth - 1)));
  }
  return below;
}

/** "zh" where Han characters prevail, else "en": the two languages of the benchmark tell themselves apart. */
export function languageOf(text: string): 'en' | 'zh' {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  return han > latin / 4 ? 'zh' : 'en';
}

/** The first thousand characters of whatever text a root has. */
async function sampleText(root: string): Promise<string> {
  const stories = await storyNumbers(join(root, 'story'), /^story_(\d+)\.txt$/);
  const candidates = [
    join(root, 'word', 'word.txt'),
    ...stories.slice(0, 1).map((number) => join(root, 'story', `story_${number}.txt`)),
    join(root, 'eye_tracking', 'eye_features_sentence_level.json'),
    ...(await namesIn(join(root, 'ratings'))).map((name) => join(root, 'ratings', name)),
  ];
  for (const path of candidates) {
    const text = await readText(path).catch(() => null);
    if (text !== null) return text.text.slice(0, 1000);
  }
  return '';
}

/**
 * What a folder holds of the published layouts of MulCogBench and SMN4Lang, one entry a set and subject. The folder
 * itself, a folder a language, or train, dev and test below them may be the root of a layout.
 * @throws UserError `mulcog.nothing-found`
 */
export async function probeMulcog(folder: string): Promise<PlannedItemSet[]> {
  const planned: PlannedItemSet[] = [];
  for (const root of await rootsBelow(folder, DEPTH)) {
    const language = languageOf(await sampleText(root));
    const simulated = await isSimulated(root, folder);
    const part = /^(train|dev|test)$/.test(basename(root)) ? basename(root) : null;
    const add = (set: Pick<PlannedItemSet, 'modality' | 'level' | 'subject' | 'path'>): void => {
      planned.push({ ...set, root, language, part, simulated });
    };
    const words = await namesIn(join(root, 'word'));
    for (const name of await namesIn(join(root, 'ratings'))) {
      const path = join(root, 'ratings', name);
      if (name.endsWith('.tsv'))
        add({ modality: 'rating', level: 'word', subject: subjectOf(name, /^ratings_(\w+)\.tsv$/), path });
    }
    for (const name of await namesIn(join(root, 'word_fmri'))) {
      const subject = /^(.+)_selected\.mat$/.exec(name)?.[1];
      if (subject !== undefined && words.includes('word.txt'))
        add({ modality: 'fmri', level: 'word', subject, path: join(root, 'word_fmri', name) });
    }
    const eye = join(root, 'eye_tracking');
    if ((await namesIn(eye)).includes('eye_features_sentence_level.json'))
      add({
        modality: 'eye',
        level: 'sentence',
        subject: 'mean',
        path: join(eye, 'eye_features_sentence_level.json'),
      });
    const regions = (await namesIn(join(root, 'fmri'))).filter((name) => REGIONS.some((one) => one === name));
    const subjects = new Set<string>();
    for (const region of regions)
      for (const subject of await namesIn(join(root, 'fmri', region))) subjects.add(subject);
    for (const subject of [...subjects].sort())
      add({ modality: 'fmri', level: 'discourse', subject, path: join(root, 'fmri') });
    for (const name of await namesIn(join(root, 'encoding_meg_100ms'))) {
      const subject = /^sub-(.+)$/.exec(name)?.[1];
      if (subject !== undefined)
        add({ modality: 'meg', level: 'discourse', subject, path: join(root, 'encoding_meg_100ms', name) });
    }
  }
  if (planned.length > 0) return planned;
  throw new UserError(
    'mulcog.nothing-found',
    `Nothing of the MulCogBench or SMN4Lang layout was found in ${folder}: expected folders such as word_fmri, fmri/<region>/<subject>, encoding_meg_100ms, eye_tracking or ratings.`,
    { folder },
  );
}

function subjectOf(name: string, pattern: RegExp): string {
  return pattern.exec(name)?.[1] ?? 'mean';
}

/**
 * True where a description in the root or above it, up to the folder that holds the chosen one, says that the data are
 * simulated: someone may choose one language of a data set.
 */
async function isSimulated(root: string, folder: string): Promise<boolean> {
  for (let at = root; ; at = dirname(at)) {
    const description = await readJsonObject(join(at, 'dataset_description.json')).catch(() => null);
    if (description !== null) return saysSimulated(description);
    if (at === dirname(folder) || at === dirname(at)) return false;
  }
}
