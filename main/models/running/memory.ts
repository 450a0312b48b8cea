import { UserError } from '../../core/errors.ts';
import type { ModelShapes } from '../folder/model-weights.ts';
import type { ModelRequest } from './language-model.ts';

const BYTES = 4;
/** Weights are held twice while a model is opened: as read, and as the runtime lays them out. */
const WEIGHT_COPIES = 2;

/** Bytes that the weights of a model take while it is opened. */
export function weightBytes({ shapes }: Pick<ModelShapes, 'shapes'>): number {
  let values = 0;
  for (const shape of shapes.values()) values += shape.reduce((product, size) => product * size, 1);
  return values * BYTES * WEIGHT_COPIES;
}

/**
 * Bytes that running texts takes on top of the weights: what was asked for, padded to the longest text, and once more for
 * the batch that is running.
 */
export function stateBytes(
  { config }: Pick<ModelShapes, 'config'>,
  lengths: readonly number[],
  request: ModelRequest,
): number {
  const longest = Math.max(0, ...lengths);
  const tokens = lengths.length * longest;
  const values =
    request.hidden.length * tokens * config.width +
    request.attention.length * tokens * longest * config.heads +
    (request.logits ? tokens * config.vocabularySize : 0);
  return values * BYTES * 2;
}

/**
 * Refuses work that would not fit, before it begins.
 * @param needed bytes
 * @param free bytes, of this process's limit or the machine
 * @throws UserError `model.memory`
 */
export function requireMemory(name: string, needed: number, free = process.availableMemory()): void {
  if (needed <= free) return;
  const [asked, left] = [needed, free].map((bytes) => Number((bytes / 2 ** 30).toPrecision(3)));
  throw new UserError(
    'model.memory',
    `${name} needs about ${asked} GB of memory for this, and ${left} GB are free. Give fewer or shorter texts, ask for fewer layers or no heads, or take a smaller model.`,
    { model: name, asked, left },
  );
}
