import type { TFunction } from 'i18next';

/** A recording's unit as people read it: files that do not tell theirs say so. */
export function unitText(unit: string, t: TFunction): string {
  return unit === 'unknown' ? t('modalities:unknownUnit') : unit;
}
