import { UserError } from '../../core/errors.ts';

/** What an option says, where it is one of what it may say. @throws UserError `fit.choice` */
export function choose<T extends string>(given: string, of: readonly T[], option: string): T {
  const found = of.find((one) => one === given);
  if (found !== undefined) return found;
  throw new UserError('fit.choice', `--${option} ${given} is unknown; it can be ${of.join(', ')}.`, {
    option,
    given,
    known: of.join(', '),
  });
}
