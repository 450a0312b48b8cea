import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads a JSON file that must hold an object.
 * @throws UserError `json.unreadable` where it is missing, not JSON or not an object
 */
export async function readJsonObject(path: string): Promise<JsonObject> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  return parseJsonObject(text, path);
}

function unreadable(path: string, cause: unknown): UserError {
  const [file, reason] = [basename(path), cause instanceof Error ? cause.message : String(cause)];
  return new UserError('json.unreadable', `${file} cannot be read as JSON (${reason}): correct the file.`, {
    file,
    reason,
  });
}

/** As `readJsonObject`, from the text of the file. */
export function parseJsonObject(text: string, path: string): JsonObject {
  const file = basename(path);
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (isObject(value)) return value;
  } catch (cause) {
    throw unreadable(path, cause);
  }
  throw new UserError('json.unreadable', `${file} does not hold a JSON object: correct the file.`, {
    file,
    reason: 'no object',
  });
}

/** Whether parsed JSON is an object, neither list nor null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a description or sidecar says that the data are simulated (a `Simulated` or `simulated` flag, or the name). */
export function saysSimulated(values: JsonObject): boolean {
  const generated = values.GeneratedBy;
  const texts = [values.Name, values.Description, ...(Array.isArray(generated) ? generated : [])].map(
    (part) => (typeof part === 'string' ? part : isObject(part) ? `${part.Name} ${part.Description}` : ''),
  );
  return (
    values.Simulated === true ||
    values.simulated === true ||
    texts.some((text) => /\bsimulat(ed|ion|or)\b/i.test(text))
  );
}
