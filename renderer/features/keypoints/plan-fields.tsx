import { Checkbox, NumberInput, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { KeypointTraining } from '../../../main/contract/keypoint-training.ts';
import { type Draft, PRESETS, presetOf } from './draft.ts';
import classes from './keypoints.module.css';

interface PlanFieldsProps {
  readonly draft: Draft;
  readonly subjects: readonly string[];
  readonly onChange: (draft: Draft) => void;
}

/** The network, how long it learns, and who is left out. */
export function PlanFields({ draft, subjects, onChange }: PlanFieldsProps) {
  const { t } = useTranslation();
  const { training } = draft;
  const set = (part: Partial<KeypointTraining>) => onChange({ ...draft, training: { ...training, ...part } });
  const preset =
    training.preset === 'paper' ? 'paper' : training.floor === presetOf('pmd').floor ? 'pmd' : 'light';
  const number = (name: 'steps' | 'classificationSteps' | 'frozenSteps' | 'batch', least: number) => (
    <NumberInput
      label={t(`keypoints:train.${name}`)}
      min={least}
      allowDecimal={false}
      value={training[name]}
      onChange={(value) => set({ [name]: Number(value) })}
      data-testid={`keypoint-${name}`}
    />
  );
  const leaveOut = typeof training.leaveOut === 'string' ? training.leaveOut : training.leaveOut.subject;
  return (
    <>
      <h2 className={classes.heading}>{t('keypoints:train.preset')}</h2>
      <SegmentedControl
        value={preset}
        data={PRESETS.map((value) => ({ value, label: t(`keypoints:train.presets.${value}`) }))}
        onChange={(value) => set(presetOf(PRESETS.find((one) => one === value) ?? 'light'))}
        aria-label={t('keypoints:train.preset')}
        data-testid="keypoint-preset"
      />
      <p className={classes.note}>{t(`keypoints:train.presetText.${preset}`)}</p>
      <div className={classes.fields}>
        <TextInput
          label={t('keypoints:train.name')}
          value={training.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          data-testid="keypoint-name"
        />
        <NumberInput
          label={t('keypoints:train.keypoints')}
          min={4}
          max={256}
          allowDecimal={false}
          value={training.keypoints ?? (training.preset === 'paper' ? 128 : 24)}
          onChange={(value) => set({ keypoints: Number(value) })}
          data-testid="keypoint-keypoints"
        />
        {number('classificationSteps', 0)}
        {number('steps', 1)}
        {number('frozenSteps', 0)}
        {number('batch', 2)}
        <NumberInput
          label={t('keypoints:train.minutes')}
          placeholder={t('keypoints:train.noLimit')}
          min={0}
          value={training.minutes ?? ''}
          onChange={(value) => set({ minutes: value === '' || Number(value) <= 0 ? null : Number(value) })}
          data-testid="keypoint-minutes"
        />
        <NumberInput
          label={t('keypoints:train.rate')}
          min={0}
          step={0.0005}
          decimalScale={6}
          value={training.learningRate}
          onChange={(value) => set({ learningRate: Number(value) })}
        />
        <TextInput
          label={t('keypoints:train.seeds')}
          value={draft.seeds}
          onChange={(event) => onChange({ ...draft, seeds: event.currentTarget.value })}
          data-testid="keypoint-seeds"
        />
        <Select
          label={t('keypoints:train.split')}
          allowDeselect={false}
          value={leaveOut}
          data={[
            { value: 'none', label: t('keypoints:train.splits.none') },
            { value: 'each', label: t('keypoints:train.splits.each') },
            ...subjects.map((subject) => ({
              value: subject,
              label: t('keypoints:train.splits.subject', { subject }),
            })),
          ]}
          onChange={(value) =>
            value !== null &&
            set({ leaveOut: value === 'none' || value === 'each' ? value : { subject: value } })
          }
          data-testid="keypoint-split"
        />
      </div>
      <Checkbox
        label={t('keypoints:train.augment')}
        checked={training.augment}
        onChange={(event) => set({ augment: event.currentTarget.checked })}
      />
    </>
  );
}
