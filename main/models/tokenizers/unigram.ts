/** A vocabulary entry: piece and log probability. Id is the position; id 0 is the unknown piece. */
export type UnigramPiece = readonly [piece: string, logProbability: number];

/** Mark that stands for the space before a word in SentencePiece vocabularies. */
const WORD_START = '\u2581';

interface TrieNode {
  readonly next: Map<string, TrieNode>;
  /** Id of the piece that ends here, or −1. */
  id: number;
}

/**
 * SentencePiece unigram tokenizer: the segmentation of the NFKC-normalised text with the highest sum of piece log
 * probabilities (Kudo 2018, arXiv 1804.10959; Viterbi over a trie of the pieces). Characters that no piece begins with
 * become the unknown piece; neighbouring unknowns are one.
 */
export class UnigramTokenizer {
  private readonly pieces: readonly UnigramPiece[];
  private readonly root: TrieNode = { next: new Map(), id: -1 };
  private readonly words = new Map<string, readonly number[]>();

  /**
   * @param pieces the vocabulary by id
   * @param reserved ids below this (unknown, sentence marks) never match text
   */
  constructor(pieces: readonly UnigramPiece[], reserved: number) {
    this.pieces = pieces;
    for (let id = reserved; id < pieces.length; id++) {
      let node = this.root;
      for (const symbol of pieces[id][0]) {
        let next = node.next.get(symbol);
        if (next === undefined) {
          next = { next: new Map(), id: -1 };
          node.next.set(symbol, next);
        }
        node = next;
      }
      node.id = id;
    }
  }

  get size(): number {
    return this.pieces.length;
  }

  /** Ids of a text. An empty text has none. */
  encode(text: string): number[] {
    const normal = text.normalize('NFKC');
    return normal === '' ? [] : this.segment(WORD_START + normal.replaceAll(' ', WORD_START));
  }

  /**
   * Ids of one word as it stands in running text. As no piece crosses a space, the ids of a text are those of its
   * words one after another; words are remembered, since texts repeat them.
   */
  encodeWord(word: string): readonly number[] {
    let ids = this.words.get(word);
    if (ids === undefined) {
      ids = this.encode(word);
      this.words.set(word, ids);
    }
    return ids;
  }

  private segment(text: string): number[] {
    const symbols = [...text];
    const score = new Float64Array(symbols.length + 1).fill(Number.NEGATIVE_INFINITY);
    const from = new Int32Array(symbols.length + 1);
    const ids = new Int32Array(symbols.length + 1);
    score[0] = 0;
    for (let start = 0; start < symbols.length; start++) {
      const take = (end: number, id: number, gain: number) => {
        if (score[start] + gain >= score[end]) {
          score[end] = score[start] + gain;
          from[end] = start;
          ids[end] = id;
        }
      };
      let found = false;
      let node = this.root.next.get(symbols[start]);
      for (let end = start + 1; node !== undefined; end++) {
        if (node.id >= 0) {
          take(end, node.id, this.pieces[node.id][1]);
          found = true;
        }
        node = end < symbols.length ? node.next.get(symbols[end]) : undefined;
      }
      // An unknown character costs nothing, as in the reference; it is offered only where nothing else fits.
      if (!found) take(start + 1, 0, 0);
    }
    const reversed: number[] = [];
    for (let end = symbols.length; end > 0; end = from[end]) {
      if (!(ids[end] === 0 && reversed.at(-1) === 0)) reversed.push(ids[end]);
    }
    return reversed.reverse();
  }
}
