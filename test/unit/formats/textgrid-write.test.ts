import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTextGrid } from '../../../main/formats/textgrid/textgrid.ts';
import { textGridOfWords } from '../../../main/formats/textgrid/write.ts';

test('written words are read back with their times, quotes included', () => {
  const gaps = fc.array(
    fc.record({
      text: fc.constantFrom('whale', 'say "so"', "o'er", 'Ahab'),
      gap: fc.nat(900),
      long: fc.integer({ min: 1, max: 900 }),
    }),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(gaps, (tokens) => {
      let at = 0;
      const words = tokens.map(({ text, gap, long }) => {
        const onset = (at + gap) / 1000;
        at += gap + long;
        return { text, onset, duration: long / 1000 };
      });
      const grid = parseTextGrid(
        new TextEncoder().encode(textGridOfWords(words, at / 1000 + 1)),
        'x.TextGrid',
      );
      const read = grid.tiers[0].entries.filter((entry) => entry.text !== '');
      expect(read.map((entry) => entry.text)).toEqual(words.map((word) => word.text));
      read.forEach((entry, index) => {
        expect(entry.start).toBeCloseTo(words[index].onset, 6);
        expect(entry.end).toBeCloseTo(words[index].onset + words[index].duration, 6);
      });
    }),
    { numRuns: 50 },
  );
});
