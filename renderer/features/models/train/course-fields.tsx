import { NumberInput, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { trainingPlanSchema } from '../../../../main/contract/training.ts';
import classes from './train.module.css';
import type { FieldsProps } from './what-fields.tsx';

/** How long and how: steps, batches, learning rate, checkpoints, seeds. */
export function CourseFields({ draft, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const { plan } = draft;
  const set = (change: Partial<typeof plan>) => onChange({ plan: { ...plan, ...change } });
  const rate = (change: Partial<typeof plan.learningRate>) =>
    set({ learningRate: { ...plan.learningRate, ...change } });
  const counts = ['steps', 'batch', 'sequence', 'accumulate'] as const;
  return (
    <div className={classes.stack}>
      <h2 className={classes.group}>{t('models:train.course')}</h2>
      <div className={classes.fields}>
        {counts.map((name) => (
          <NumberInput
            key={name}
            label={t(`models:train.${name}`)}
            min={1}
            allowDecimal={false}
            value={plan[name]}
            onChange={(value) => set({ [name]: Number(value) })}
            data-testid={`train-${name}`}
          />
        ))}
        <NumberInput
          label={t('models:train.rate')}
          min={0}
          step={0.0001}
          decimalScale={8}
          value={plan.learningRate.peak}
          onChange={(value) => rate({ peak: Number(value) })}
        />
        <NumberInput
          label={t('models:train.warmup')}
          min={0}
          allowDecimal={false}
          value={plan.learningRate.warmup}
          onChange={(value) => rate({ warmup: Number(value) })}
        />
        <Select
          label={t('models:train.schedule')}
          allowDeselect={false}
          value={plan.learningRate.schedule}
          data={(['constant', 'linear', 'cosine'] as const).map((value) => ({
            value,
            label: t(`models:train.schedules.${value}`),
          }))}
          onChange={(value) =>
            rate({ schedule: value === 'constant' || value === 'linear' ? value : 'cosine' })
          }
        />
        <Select
          label={t('models:train.checkpoints')}
          allowDeselect={false}
          value={plan.checkpoints.kind === 'every' ? 'every' : 'log'}
          data={(['log', 'every'] as const).map((value) => ({
            value,
            label: t(`models:train.checkpointKinds.${value}`),
          }))}
          onChange={(value) =>
            set({
              checkpoints:
                value === 'every'
                  ? { kind: 'every', steps: Math.max(1, Math.round(plan.steps / 20)) }
                  : { kind: 'log', perDoubling: 1 },
            })
          }
          data-testid="train-checkpoints"
        />
        {plan.checkpoints.kind === 'every' && (
          <NumberInput
            label={t('models:train.every')}
            min={1}
            allowDecimal={false}
            value={plan.checkpoints.steps}
            onChange={(value) => set({ checkpoints: { kind: 'every', steps: Number(value) } })}
            data-testid="train-every"
          />
        )}
        <TextInput
          label={t('models:train.seeds')}
          description={t('models:train.seedsHint')}
          value={draft.seeds}
          onChange={(event) => onChange({ seeds: event.currentTarget.value })}
          data-testid="train-seeds"
        />
        <Select
          label={t('models:train.device')}
          allowDeselect={false}
          value={plan.device}
          data={trainingPlanSchema.shape.device.unwrap().options.map((value) => ({
            value,
            label: t(`models:train.devices.${value}`, { defaultValue: value }),
          }))}
          onChange={(value) => set({ device: trainingPlanSchema.shape.device.parse(value ?? undefined) })}
          data-testid="train-device"
        />
        <Select
          label={t('models:train.precision')}
          description={t('models:train.precisionHint')}
          allowDeselect={false}
          value={plan.precision}
          data={[...trainingPlanSchema.shape.precision.unwrap().options]}
          onChange={(value) =>
            set({ precision: trainingPlanSchema.shape.precision.parse(value ?? undefined) })
          }
          data-testid="train-precision"
        />
      </div>
    </div>
  );
}
