import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { type NpyArray, readNpy } from '../../formats/npy/npy.ts';
import { everything, type LanguageModel } from './language-model.ts';
import { attentionName, hiddenName } from './model-graph.ts';

/** Largest difference between a value of ours and its reference, over one array. */
export interface CertificateRow {
  /** "hidden_00", "attention_01", "logits". */
  readonly name: string;
  readonly largestDifference: number;
  /** Largest magnitude in the reference, to set the difference against. */
  readonly largestReference: number;
  readonly values: number;
}

/** How closely a model agrees with reference arrays of another implementation. */
export interface Certificate {
  readonly model: string;
  readonly architecture: string;
  /** Largest `scaledDifference` allowed. */
  readonly tolerance: number;
  readonly passes: boolean;
  readonly rows: readonly CertificateRow[];
}

/**
 * Runs a model on `ids.npy` of a reference folder and compares every array found there: hidden_NN.npy (0: embeddings),
 * attention_NN.npy, logits.npy. Positions that `mask.npy` marks as padding are left out.
 * @throws UserError `certify.reference` where the folder has no ids or nothing to compare, or shapes differ
 */
export async function certify(model: LanguageModel, folder: string, tolerance: number): Promise<Certificate> {
  const refuse = (why: string) =>
    new UserError('certify.reference', `The reference folder cannot be used: ${why}.`, { why });
  if (!existsSync(join(folder, 'ids.npy'))) throw refuse('it has no ids.npy');
  const ids = await readNpy(join(folder, 'ids.npy'));
  const [batch, sequence] = ids.shape.length === 1 ? [1, ids.shape[0]] : ids.shape;
  const maskFile = join(folder, 'mask.npy');
  const mask = existsSync(maskFile) ? Array.from((await readNpy(maskFile)).data, Number) : null;
  const lengths = Array.from({ length: batch }, (_, row) => {
    const end = mask?.indexOf(0, row * sequence) ?? -1;
    return end < 0 || end >= (row + 1) * sequence ? sequence : end - row * sequence;
  });
  const sequences = lengths.map((length, row) =>
    Array.from(ids.data.subarray(row * sequence, row * sequence + length), Number),
  );
  const states = await model.run(sequences, everything(model.config));
  if (states.sequence !== sequence) throw refuse('every sequence of ids.npy ends in padding');
  const ours = new Map<string, Float32Array>();
  for (const [layer, values] of states.hidden) ours.set(hiddenName(layer), values);
  for (const [layer, values] of states.attention) ours.set(attentionName(layer), values);
  if (states.logits !== null) ours.set('logits', states.logits);
  const rows: CertificateRow[] = [];
  for (const [name, values] of ours) {
    const file = join(folder, `${name}.npy`);
    if (!existsSync(file)) continue;
    const reference = await readNpy(file);
    if (reference.data.length !== values.length) {
      throw refuse(
        `${name}.npy is ${reference.shape.join('×')}, which does not fit this model and these ids`,
      );
    }
    rows.push(compare(name, values, reference, lengths, sequence));
  }
  if (rows.length === 0) throw refuse('it has no hidden_NN.npy, attention_NN.npy or logits.npy');
  const passes = rows.every((row) => scaledDifference(row) <= tolerance);
  return { model: model.name, architecture: model.config.modelType, tolerance, passes, rows };
}

/**
 * The difference as it is judged: absolute for arrays of size up to 1, else relative to the largest reference value. Trained
 * models have states of several hundred, where float32 itself is no finer than 1e-4.
 */
export function scaledDifference({ largestDifference, largestReference }: CertificateRow): number {
  return largestDifference / Math.max(1, largestReference);
}

/** Compares tokens only: rows of padding, and (for attention) what is said of padding, are passed over. */
function compare(
  name: string,
  ours: Float32Array,
  reference: NpyArray,
  lengths: readonly number[],
  sequence: number,
): CertificateRow {
  const perText = ours.length / lengths.length;
  const isAttention = name.startsWith('attention');
  const width = isAttention ? sequence : perText / sequence;
  let largestDifference = 0;
  let largestReference = 0;
  let values = 0;
  for (let at = 0; at < ours.length; at++) {
    const text = Math.floor(at / perText);
    const token = Math.floor((at % perText) / width) % sequence;
    const col = at % width;
    if (token >= lengths[text] || (isAttention && col >= lengths[text])) continue;
    const expected = Number(reference.data[at]);
    const difference = Math.abs(ours[at] - expected);
    // Written so that a NaN on either side fails.
    if (!(difference <= largestDifference)) largestDifference = difference;
    largestReference = Math.max(largestReference, Math.abs(expected));
    values++;
  }
  return { name, largestDifference, largestReference, values };
}
