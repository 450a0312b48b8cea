import { basename } from 'node:path';
import { z } from 'zod';
import type { ItemText } from '../../contract/item-sets.ts';
import { UserError } from '../../core/errors.ts';
import { readJsonObject } from '../../formats/bids/sidecar.ts';
import { columnNotices, type ItemData, plainUnit } from './item-data.ts';

/** Measures by the names of the paper; some released files call the last saccade measure LI_right. */
const MEASURES = ['FFD', 'GD', 'FPF', 'FN', 'RI', 'RO', 'LI_left', 'LO_right', 'TT'] as const;
const ALIASES: Readonly<Record<string, string>> = { LO_right: 'LI_right' };

/** Characters at either end of a sentence whose words are left out: readers land there by the line, not by the word. */
const EDGE_CHARACTERS = 3;

const sentenceSchema = z.object({
  all_split: z.array(z.array(z.string())),
  split_features: z.record(z.string(), z.array(z.record(z.string(), z.number()))),
});

/**
 * Eye-tracking measures of words in sentences: `eye_tracking/eye_features_sentence_level.json`, sentence → cuts into
 * words → nine measures a word. Of several cuts of a sentence the first is taken. Words that cover the first or the
 * last three characters are left out, and words that nobody fixated (all measures 0).
 * @throws UserError `mulcog.eye-format`, `mulcog.rows-mismatch`, `json.unreadable`
 */
export async function readEye(path: string): Promise<ItemData> {
  const file = basename(path);
  const texts: ItemText[] = [];
  const rows = { kind: 'words' as const, text: [] as number[], word: [] as number[] };
  const values: number[] = [];
  for (const [id, raw] of Object.entries(await readJsonObject(path))) {
    const parsed = sentenceSchema.safeParse(raw);
    if (!parsed.success) throw badFormat(file, id);
    const words = parsed.data.all_split[0] ?? [];
    const features = parsed.data.split_features['0'] ?? [];
    if (words.length !== features.length) throw badFormat(file, id);
    const edge = edgeWords(words);
    words.forEach((_, at) => {
      const measured = MEASURES.map((name) => features[at][name] ?? features[at][ALIASES[name]] ?? 0);
      if (edge[at] || measured.every((value) => value === 0)) return;
      rows.text.push(texts.length);
      rows.word.push(at);
      values.push(...measured);
    });
    texts.push({
      name: `sentence ${id}`,
      words: words.map((text, at) => ({ text, end: null, counts: !edge[at] })),
    });
  }
  if (rows.text.length === 0) throw badFormat(file, 'any');
  const data = { rows: rows.text.length, cols: MEASURES.length, data: Float32Array.from(values) };
  return {
    texts,
    rows,
    units: MEASURES.map((name) => plainUnit(name, 1)),
    sensors: null,
    data,
    files: [path],
    notices: columnNotices(data),
  };
}

/** Which words cover one of the first or last characters of the sentence. */
export function edgeWords(words: readonly string[]): boolean[] {
  const lengths = words.map((word) => [...word].length);
  const total = lengths.reduce((a, b) => a + b, 0);
  let start = 0;
  return lengths.map((length) => {
    const end = start + length;
    const covers = start < EDGE_CHARACTERS || end > total - EDGE_CHARACTERS;
    start = end;
    return covers;
  });
}

function badFormat(file: string, sentence: string): UserError {
  return new UserError(
    'mulcog.eye-format',
    `${file} (sentence ${sentence}) is not in the layout of eye_features_sentence_level.json: it needs all_split, and split_features with one entry a word.`,
    { file, sentence },
  );
}
