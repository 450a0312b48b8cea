import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  groupReplicates,
  intervalOf,
  sumByGroup,
} from '../../../../main/analysis/significance/group-bootstrap.ts';
import type { ItemSet } from '../../../../main/contract/item-sets.ts';
import { createFeatureSpaces } from '../../../../main/stimuli/feature-spaces.ts';
import { contentWords } from '../../../../main/stimuli/function-words.ts';
import { coOccurrence } from '../../../../main/studies/mulcog/co-occurrence.ts';
import { passesOf } from '../../../../main/studies/mulcog/embed-folder.ts';
import { familyOf, spaceOf } from '../../../../main/studies/mulcog/model-families.ts';
import { foldsOf, itemsOf } from '../../../../main/studies/mulcog/set-items.ts';
import { bundled } from '../../../bundled.ts';

const text = (name: string, words: string) => ({
  name,
  words: words.split(' ').map((word) => ({ text: word, end: null, counts: /\w/.test(word) })),
});

describe('items of a set', () => {
  const texts = [text('s1', 'the dog saw the cat'), text('s2', 'a cat ran')];
  const set = (rows: ItemSet['rows'], level: ItemSet['level']): ItemSet => ({
    id: 'set',
    name: 'set',
    language: 'en',
    modality: 'meg',
    level,
    subject: '01',
    textsHash: '',
    dataArrayId: '',
    rows,
    units: [{ name: 'u', columns: 1, seconds: null }],
    sensors: null,
    simulated: true,
    sourceFiles: [],
    notices: [],
  });
  const rows = { kind: 'words' as const, text: [0, 0, 0, 0, 0, 1, 1, 1], word: [0, 1, 2, 3, 4, 0, 1, 2] };

  test('neither story mates nor the same word may predict an item; unknown words are left out', () => {
    const known = Uint8Array.from([1, 1, 1, 1, 1, 0, 1, 1]);
    const items = itemsOf(set(rows, 'discourse'), texts, known);
    expect([...items.rows]).toEqual([0, 1, 2, 3, 4, 6, 7]);
    expect(items.labels).toEqual(['the', 'dog', 'saw', 'the', 'cat', 'cat', 'ran']);
    const [stories, forms] = items.exclusions;
    expect(stories[0]).toBe(stories[4]);
    expect(stories[4]).not.toBe(stories[5]);
    expect(forms[4]).toBe(forms[5]);
    expect(forms[0]).toBe(forms[3]);
  });

  test('out of context the word itself is the group', () => {
    const items = itemsOf(set(rows, 'word'), texts, new Uint8Array(8).fill(1));
    expect(items.exclusions).toHaveLength(1);
    expect(items.groups[0]).toBe(items.groups[3]);
  });

  test('folds never cut a group', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 4 }), fc.integer({ min: 2, max: 6 }), (labels, count) => {
        const groups = Int32Array.from(labels);
        const folds = foldsOf(groups, count);
        const foldOf = new Map<number, number>();
        groups.forEach((group, at) => {
          expect(foldOf.get(group) ?? folds[at]).toBe(folds[at]);
          foldOf.set(group, folds[at] ?? -1);
        });
        expect(new Set(folds).size).toBe(Math.min(count, new Set(labels).size));
      }),
    );
  });
});

test('counts know neighbours, never across texts', () => {
  const corpus = [
    text('a', 'dogs chase cats dogs chase cats dogs chase cats'),
    text('b', 'ships cross seas ships cross seas'),
  ];
  const { layers, known } = coOccurrence([text('q', 'dogs cats seas alone')], corpus);
  expect([...known]).toEqual([1, 1, 1, 0]);
  const { cols, data } = layers[0]?.values ?? { cols: 0, data: new Float32Array() };
  const dot = (a: number, b: number) => {
    let sum = 0;
    for (let col = 0; col < cols; col++) sum += (data[a * cols + col] ?? 0) * (data[b * cols + col] ?? 0);
    return sum;
  };
  expect(dot(0, 1)).toBeGreaterThan(0);
  expect(dot(0, 2)).toBe(0);
});

test('a language that a model has no tokens for is refused by both names', () => {
  const spaces = createFeatureSpaces(bundled);
  expect(spaceOf(spaces, familyOf('vectors'), 'zh').info.id).toBe('gloss-vectors');
  expect(() => spaceOf(spaces, familyOf('vectors'), 'fi')).toThrow(
    'Word vectors has no tokens for texts in "fi"; leave these sets or this model out.',
  );
});

test('passes through a model cover every word once and stay within the limit', () => {
  const tokens = fc.array(fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }), { maxLength: 60 });
  fc.assert(
    fc.property(tokens, fc.integer({ min: 8, max: 20 }), fc.nat(10), (words, limit, lookBack) => {
      const kept: number[] = [];
      for (const pass of passesOf(words, limit, lookBack)) {
        expect(pass.tokens.flat().length).toBeLessThanOrEqual(limit);
        expect(pass.keepFrom - pass.first).toBeLessThanOrEqual(lookBack);
        for (let word = pass.keepFrom; word < pass.first + pass.tokens.length; word++) kept.push(word);
      }
      expect(kept).toEqual(words.map((_, at) => at));
    }),
  );
});

test('function words are told from content words in both languages', async () => {
  const [en, zh] = [await contentWords(bundled, 'en'), await contentWords(bundled, 'zh')];
  expect(['The', 'of', ',', 'freedom'].map(en)).toEqual([false, false, false, true]);
  expect(['的', '和', '。', '自由'].map(zh)).toEqual([false, false, false, true]);
});

test('the group bootstrap covers the mean of grouped values as often as it says', () => {
  let covered = 0;
  for (let trial = 0; trial < 200; trial++) {
    const groups = Array.from({ length: 120 }, (_, at) => Math.floor(at / 4));
    // Values of a group are alike: bootstrapping single values would cover far too seldom.
    const shifts = Float64Array.from({ length: 30 }, (_, at) => Math.sin(17.3 * (trial * 31 + at) ** 1.7));
    const values = groups.map((group) => shifts[group] ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const { low, high } = intervalOf(mean, groupReplicates(sumByGroup(values, groups), trial, 200));
    if (low <= 0 && high >= 0) covered += 1;
  }
  expect(covered / 200).toBeGreaterThan(0.86);
  expect(covered / 200).toBeLessThanOrEqual(1);
});
