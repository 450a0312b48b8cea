import type { TFunction } from 'i18next';

/** A recording's unit as people read it: files that do not tell theirs say so. */
export function unitText(unit: string, t: TFunction): string {
  if (unit === 'unknown') return t('modalities:unknownUnit');
  return t(`modalities:columns.units.${unit}`, { defaultValue: unit });
}
