import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeNpy } from '../../formats/npy/npy.ts';
import type { ModelConfig } from '../folder/model-config.ts';
import type { ModelStates } from './language-model.ts';
import { attentionName, hiddenName } from './model-graph.ts';

/**
 * Writes the states of one batch as .npy files: hidden_NN [batch, sequence, width], attention_NN [batch, heads, sequence,
 * sequence], logits [batch, sequence, vocabulary], and the ids with their mask, so that the folder can serve as a reference
 * for `certify`.
 * @returns file names written
 */
export async function saveStates(
  folder: string,
  config: ModelConfig,
  sequences: readonly (readonly number[])[],
  states: ModelStates,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const { batch, sequence } = states;
  const written: string[] = [];
  const save = async (name: string, shape: number[], data: Float32Array | BigInt64Array) => {
    await writeNpy(join(folder, `${name}.npy`), { shape, data });
    written.push(`${name}.npy`);
  };
  const ids = new BigInt64Array(batch * sequence).fill(BigInt(config.paddingId ?? 0));
  const mask = new Float32Array(batch * sequence);
  sequences.forEach((row, at) => {
    ids.set(row.map(BigInt), at * sequence);
    mask.fill(1, at * sequence, at * sequence + row.length);
  });
  await save('ids', [batch, sequence], ids);
  await save('mask', [batch, sequence], mask);
  for (const [layer, values] of states.hidden)
    await save(hiddenName(layer), [batch, sequence, config.width], values);
  for (const [layer, values] of states.attention) {
    await save(attentionName(layer), [batch, config.heads, sequence, sequence], values);
  }
  if (states.logits !== null) await save('logits', [batch, sequence, config.vocabularySize], states.logits);
  return written;
}
