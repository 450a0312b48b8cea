import { NumberInput, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { EncodingStudyParams } from '../../../main/contract/encoding.ts';
import { downsamplingSchema, type FeatureSpaceInfo } from '../../../main/contract/stimuli.ts';
import classes from './studies.module.css';

export interface EncodingFieldsProps {
  readonly params: EncodingStudyParams;
  readonly spaces: readonly FeatureSpaceInfo[];
  readonly onChange: (params: EncodingStudyParams) => void;
}

const defaultDelays = [2, 3, 4, 5];

/** Features, then the model and its test. Shuffled folds are not offered: time series forbid them. */
export function EncodingFields({ params, spaces, onChange }: EncodingFieldsProps) {
  const { t } = useTranslation();
  const set = (change: Partial<EncodingStudyParams>) => onChange({ ...params, ...change });
  const whole = (value: string | number, least: number) => Math.max(least, Math.round(Number(value) || 0));
  return (
    <div className={classes.form}>
      <h2 className={classes.group}>{t('studies:new.features')}</h2>
      <div className={classes.fields}>
        <Select
          label={t('studies:featureSpace')}
          allowDeselect={false}
          value={params.featureSpace}
          data={spaces.map((space) => ({
            value: space.id,
            label: t(`stimuli:spaces.${space.id}`, { defaultValue: space.name }),
          }))}
          onChange={(value) => value !== null && set({ featureSpace: value })}
          data-testid="feature-space"
        />
        <NumberInput
          label={t('studies:new.lookBack')}
          suffix={` ${t('studies:new.wordsUnit')}`}
          min={0}
          max={200}
          allowDecimal={false}
          value={params.lookBackWords}
          onChange={(value) => set({ lookBackWords: Math.min(200, whole(value, 0)) })}
        />
        <Select
          label={t('studies:new.downsampling')}
          allowDeselect={false}
          value={params.downsampling}
          data={downsamplingSchema.options.map((value) => ({
            value,
            label: t(`studies:new.downsamplings.${value}`),
          }))}
          onChange={(value) => set({ downsampling: downsamplingSchema.parse(value) })}
        />
        <Select
          label={t('studies:new.hemodynamics')}
          allowDeselect={false}
          value={params.hemodynamics.kind}
          data={(['spm', 'fir'] as const).map((value) => ({
            value,
            label: t(`studies:new.hemodynamicsKinds.${value}`),
          }))}
          onChange={(value) =>
            set({ hemodynamics: value === 'fir' ? { kind: 'fir', delays: defaultDelays } : { kind: 'spm' } })
          }
        />
      </div>
      <h2 className={classes.group}>{t('studies:new.modelAndTest')}</h2>
      <div className={classes.fields}>
        <Select
          label={t('studies:new.split')}
          allowDeselect={false}
          value={params.split.kind}
          data={(['leave-one-run-out', 'contiguous'] as const).map((value) => ({
            value,
            label: t(`studies:new.splits.${value}`),
          }))}
          onChange={(value) =>
            set({
              split:
                value === 'contiguous' ? { kind: 'contiguous', folds: 5 } : { kind: 'leave-one-run-out' },
            })
          }
        />
        <NumberInput
          label={t('studies:new.innerFolds')}
          min={2}
          max={20}
          allowDecimal={false}
          value={params.innerFolds}
          onChange={(value) => set({ innerFolds: whole(value, 2) })}
        />
        <NumberInput
          label={t('studies:new.trim')}
          suffix={` ${t('studies:new.volumesUnit')}`}
          min={0}
          max={200}
          allowDecimal={false}
          value={params.trim}
          onChange={(value) => set({ trim: whole(value, 0) })}
        />
        <NumberInput
          label={t('studies:new.highPass')}
          suffix=" s"
          min={0}
          value={params.highPassSeconds ?? 0}
          onChange={(value) => set({ highPassSeconds: Number(value) > 0 ? Number(value) : null })}
        />
        <NumberInput
          label={t('studies:new.permutations')}
          min={0}
          max={100000}
          allowDecimal={false}
          value={params.permutations}
          onChange={(value) => set({ permutations: Math.min(100_000, whole(value, 0)) })}
          data-testid="permutations"
        />
        <NumberInput
          label={t('studies:new.fdrLevel')}
          min={0.001}
          max={0.5}
          step={0.01}
          decimalScale={3}
          value={params.fdrLevel}
          onChange={(value) => Number(value) > 0 && Number(value) < 1 && set({ fdrLevel: Number(value) })}
        />
        <NumberInput
          label={t('studies:seed')}
          min={0}
          allowDecimal={false}
          value={params.seed}
          onChange={(value) => set({ seed: whole(value, 0) })}
        />
      </div>
    </div>
  );
}
