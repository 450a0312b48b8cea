import { UserError } from '../../core/errors.ts';

/** A .mat file that contradicts itself or ends too early; `what` names the place. */
export function damagedMat(file: string, what: string): UserError {
  return new UserError('mat.damaged', `${file} is a damaged MATLAB file: ${what}. Copy or save it again.`, {
    file,
    what,
  });
}
