import type { PersonalField } from '../contract/personal.ts';
import { personalFields } from '../formats/personal/personal-fields.ts';

/**
 * What of a header's personal data goes into a recording's attributes: nothing, unless it was asked for.
 * @throws UserError as `personalFields`, only where it is to be kept
 */
export async function keptPersonal(
  path: string,
  keep: boolean,
): Promise<{ readonly personal?: readonly PersonalField[] }> {
  return keep ? { personal: await personalFields(path) } : {};
}
