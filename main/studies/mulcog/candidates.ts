import type { ItemSet, ItemText } from '../../contract/item-sets.ts';
import type { MulcogParams } from '../../contract/mulcog.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { type Matrix, rowView, stackRows, takeRows } from '../../tensor/matrix.ts';
import { firstWords, type SetItems, wordOfRow } from './set-items.ts';
import { storyDesign } from './story-design.ts';

/** One way to bring word embeddings to the items of a set; inner folds choose among several. */
export interface Candidate {
  /** True where only content words leave an impulse; null where every item is a word. */
  readonly contentOnly: boolean | null;
  /** Seconds the response comes late; null where every item is a word. */
  readonly delay: number | null;
  /** Embeddings of the items from those of all words of all texts. */
  embed(values: Matrix): Promise<Matrix>;
}

/**
 * The ways that the parameters allow. Where items are words there is one: the word's own row. For volumes of stories
 * it is every choice of words and of delay, each a fixed weighting of words (see `storyDesign`).
 * @param isContent per word of all texts
 */
export function candidatesOf(
  engine: MatrixEngine,
  set: ItemSet,
  texts: readonly ItemText[],
  items: SetItems,
  isContent: ArrayLike<number>,
  { words, responseDelays }: Pick<MulcogParams, 'words' | 'responseDelays'>,
): Candidate[] {
  const { rows } = set;
  if (rows.kind === 'words') {
    const word = wordOfRow(set, texts);
    const own = Int32Array.from(items.rows, (row) => word[row]);
    return [{ contentOnly: null, delay: null, embed: async (values) => takeRows(values, own) }];
  }
  const first = firstWords(texts);
  const choices = words === 'inner' ? [false, true] : [words === 'content'];
  return choices.flatMap((contentOnly) =>
    responseDelays.map((delay): Candidate => {
      const designs = texts.map((text, at) => {
        const taken = text.words.map(
          ({ counts }, word) => counts && (!contentOnly || isContent[first[at] + word] === 1),
        );
        return storyDesign(text, taken, rows, rows.counts[at], delay);
      });
      return {
        contentOnly,
        delay,
        embed: async (values) => {
          const parts: Matrix[] = [];
          for (const [at, design] of designs.entries())
            parts.push(await engine.multiply(design, rowView(values, first[at], first[at] + design.cols)));
          return stackRows(parts);
        },
      };
    }),
  );
}
