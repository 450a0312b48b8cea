import type { TFunction } from 'i18next';

/** A method's or variant's name in the page's language; what has no word yet stands as the study wrote it. */
export function nameOf(text: string, t: TFunction): string {
  const numbers = /\((\d+) numbers\)$/.exec(text);
  if (numbers) return t('keypoints:names.principal-components', { count: Number(numbers[1]) });
  const foreign = text.endsWith(' (model never saw pmd)');
  const plain = foreign ? text.slice(0, -' (model never saw pmd)'.length) : text;
  const key = plain.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const name = t(`keypoints:names.${key}`, { defaultValue: plain });
  return foreign ? t('keypoints:names.foreign', { name }) : name;
}
