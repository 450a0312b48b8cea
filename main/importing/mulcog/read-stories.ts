import { basename, join } from 'node:path';
import type { ItemText } from '../../contract/item-sets.ts';
import { readMatArray } from '../../formats/mat/read-array.ts';
import { readText } from '../../formats/text/decode-text.ts';
import { requireRows } from './item-data.ts';
import { namesIn } from './layout.ts';

/** Folders that hold word times, in order of preference: the benchmark's own, then SMN4Lang's. */
const TIME_FOLDERS = ['word_time_features_postprocess', 'time_align', join('time_align', 'word-level')];

export interface Story {
  readonly text: ItemText;
  readonly files: readonly string[];
}

/**
 * One story: `story/story_<n>.txt` (words between spaces, a sentence a line), ends of words in seconds (key `end`; the
 * published times already count from the first volume, 10.65 s before the story), and `notPU/story_<n>.mat` (key
 * `isvalid`), which is 0 for punctuation. Without notPU every token with a letter or digit counts.
 * @throws UserError `mulcog.rows-mismatch`, `mat.*`, `file.*`
 */
export async function readStory(root: string, number: number): Promise<Story> {
  const path = join(root, 'story', `story_${number}.txt`);
  const words = (await readText(path)).text.split(/\s+/).filter((word) => word !== '');
  const files = [path];
  const ends = await optionalColumn(
    root,
    TIME_FOLDERS,
    `story_${number}_word_time.mat`,
    'end',
    words.length,
    files,
  );
  const valid = await optionalColumn(root, ['notPU'], `story_${number}.mat`, 'isvalid', words.length, files);
  return {
    text: {
      name: `story ${number}`,
      words: words.map((text, at) => ({
        text,
        end: ends === null ? null : ends[at],
        counts: valid === null ? /[\p{L}\p{N}]/u.test(text) : valid[at] === 1,
      })),
    },
    files,
  };
}

/** A vector from the first of the folders that has the file; adds the file to `files`. */
async function optionalColumn(
  root: string,
  folders: readonly string[],
  name: string,
  key: string,
  words: number,
  files: string[],
): Promise<Float32Array | null> {
  for (const folder of folders) {
    if (!(await namesIn(join(root, folder))).includes(name)) continue;
    const path = join(root, folder, name);
    const { data } = await readMatArray(path, key);
    requireRows(basename(path), data.length, words, `words in the story of ${basename(root)}`);
    files.push(path);
    return data;
  }
  return null;
}
