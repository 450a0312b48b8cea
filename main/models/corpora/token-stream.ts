import { textPieces } from '../tokenizers/byte-level.ts';
import type { TextTokenizer } from '../tokenizers/hugging-face.ts';
import type { CorpusDocument } from './corpus.ts';

/**
 * All documents as one row of token ids.
 * @param boundary id that stands between two documents; null where the model knows none
 * @param byPiece true for a byte-level tokenizer made here, whose pieces can be tokenised one by one and remembered
 */
export function encodeDocuments(
  documents: readonly CorpusDocument[],
  tokenizer: TextTokenizer,
  boundary: number | null,
  byPiece: boolean,
): Int32Array<ArrayBuffer> {
  const known = new Map<string, number[]>();
  const pieceIds = (piece: string): number[] => {
    const found = known.get(piece) ?? tokenizer.encode(piece, false);
    known.set(piece, found);
    return found;
  };
  const parts = documents.map(({ text }) => {
    const ids = byPiece ? textPieces(text).flatMap(pieceIds) : tokenizer.encode(text, false);
    return boundary === null ? ids : [...ids, boundary];
  });
  const stream = new Int32Array(parts.reduce((sum, ids) => sum + ids.length, 0));
  let at = 0;
  for (const ids of parts) {
    stream.set(ids, at);
    at += ids.length;
  }
  return stream;
}
