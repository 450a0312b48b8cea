import { useTranslation } from 'react-i18next';
import type { MulcogKind, MulcogModel } from '../../../../main/contract/mulcog.ts';
import type { HeatRow } from './rows.ts';

/** What kinds, models and rows are called in the reader's language. */
export function useNames() {
  const { t } = useTranslation();
  const modelName = (id: string, models: readonly Pick<MulcogModel, 'id' | 'name'>[]) =>
    t(`mulcog:models.${id}`, { defaultValue: models.find((model) => model.id === id)?.name ?? id });
  return {
    kindName: ({ language, level, modality }: Pick<MulcogKind, 'language' | 'level' | 'modality'>) =>
      t('mulcog:kind', {
        language: t(`mulcog:languages.${language}`, { defaultValue: language }),
        level: t(`mulcog:levels.${level}`),
        modality: t(`mulcog:modalities.${modality}`),
      }),
    modelName,
    rowName: ({ model, layer }: HeatRow, models: readonly MulcogModel[]) => {
      const only = models.find(({ id }) => id === model)?.layers.length === 1;
      return only ? modelName(model, models) : `${modelName(model, models)} · ${layer}`;
    },
  };
}
