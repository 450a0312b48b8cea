import { UserError } from '../../core/errors.ts';

/**
 * The content of a JSON file of a model folder.
 * @param name of the file, for the refusal
 * @throws UserError `model.json`
 */
export function parseJsonFile(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError('model.json', `${name} of the model folder is cut short or damaged. Copy it again.`, {
      file: name,
    });
  }
}
