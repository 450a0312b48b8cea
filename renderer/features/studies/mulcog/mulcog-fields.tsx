import { Checkbox, MultiSelect, NumberInput, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { MulcogParams } from '../../../../main/contract/mulcog.ts';
import { trpc } from '../../../api/client.ts';
import classes from '../studies.module.css';
import { useNames } from './use-names.ts';

export interface MulcogFieldsProps {
  readonly params: MulcogParams;
  readonly onChange: (params: MulcogParams) => void;
}

/** Models, then how items are predicted and tested. */
export function MulcogFields({ params, onChange }: MulcogFieldsProps) {
  const { t } = useTranslation();
  const set = (change: Partial<MulcogParams>) => onChange({ ...params, ...change });
  const { modelName } = useNames();
  const models = useQuery(trpc.mulcog.models.queryOptions()).data ?? [];
  const groups = (['bundled', 'project', 'checkpoints'] as const).map((group) => ({
    group: t(`mulcog:new.modelGroups.${group}`),
    items: models
      .filter((model) => model.group === group)
      .map(({ id, name }) => ({ value: id, label: modelName(id, [{ id, name }]) })),
  }));
  const whole = (value: string | number, least: number, most: number) =>
    Math.min(most, Math.max(least, Math.round(Number(value) || 0)));
  return (
    <div className={classes.form}>
      <h2 className={classes.group}>{t('mulcog:new.modelsHeading')}</h2>
      <MultiSelect
        label={t('mulcog:new.models')}
        description={t('mulcog:new.modelsText')}
        data={groups}
        value={[...params.models]}
        onChange={(models) => set({ models })}
        searchable
        limit={60}
        nothingFoundMessage={t('mulcog:new.noModel')}
        data-testid="mulcog-models"
      />
      <div className={classes.fields}>
        <NumberInput
          label={t('studies:new.lookBack')}
          suffix={` ${t('studies:new.wordsUnit')}`}
          min={0}
          max={200}
          allowDecimal={false}
          value={params.lookBackWords}
          onChange={(value) => set({ lookBackWords: whole(value, 0, 200) })}
        />
        <Select
          label={t('mulcog:new.words')}
          allowDeselect={false}
          value={params.words}
          data={(['inner', 'all', 'content'] as const).map((value) => ({
            value,
            label: t(`mulcog:new.wordChoices.${value}`),
          }))}
          onChange={(value) => value !== null && set({ words: value })}
        />
      </div>
      <h2 className={classes.group}>{t('mulcog:new.test')}</h2>
      <div className={classes.fields}>
        <NumberInput
          label={t('mulcog:new.folds')}
          min={2}
          max={20}
          allowDecimal={false}
          value={params.folds}
          onChange={(value) => set({ folds: whole(value, 2, 20) })}
        />
        <NumberInput
          label={t('mulcog:new.shuffles')}
          min={4}
          max={1000}
          allowDecimal={false}
          value={params.shuffles}
          onChange={(value) => set({ shuffles: whole(value, 4, 1000) })}
          data-testid="mulcog-shuffles"
        />
        <NumberInput
          label={t('studies:seed')}
          min={0}
          allowDecimal={false}
          value={params.seed}
          onChange={(value) => set({ seed: whole(value, 0, Number.MAX_SAFE_INTEGER) })}
        />
      </div>
      <Checkbox
        label={t('mulcog:new.intersect')}
        description={t('mulcog:new.intersectText')}
        checked={params.intersect}
        onChange={(event) => set({ intersect: event.currentTarget.checked })}
        data-testid="mulcog-intersect"
      />
    </div>
  );
}
