import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ImportPlan, ImportProbe, WordSource } from '../../../../main/contract/importing.ts';
import { baseName } from '../../../components/format.ts';
import classes from './import.module.css';
import { PersonalData } from './personal-data.tsx';
import { changeRun } from './plan-changes.ts';

export interface ChoiceStepProps {
  readonly probe: ImportProbe;
  readonly plan: ImportPlan;
  /** The run whose own choices are shown. */
  readonly image: string | null;
  readonly onChange: (plan: ImportPlan) => void;
  readonly locked: boolean;
}

/** Choices that hold for all runs, then those of the run in the preview. */
export function ChoiceStep({ probe, plan, image, onChange, locked }: ChoiceStepProps) {
  const { t } = useTranslation();
  const set = (change: Partial<ImportPlan>) => onChange({ ...plan, ...change });
  return (
    <fieldset disabled={locked} style={{ border: 'none', padding: 0, margin: 0 }}>
      <div className={classes.fields}>
        <TextInput
          label={t('data:import.choices.name')}
          value={plan.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <Select
          label={t('data:import.choices.mask')}
          description={t(`data:import.choices.masks.${plan.mask.kind}Text`)}
          inputWrapperOrder={['label', 'input', 'description']}
          allowDeselect={false}
          value={plan.mask.kind}
          data={(['found', 'automatic', 'all'] as const).map((kind) => ({
            value: kind,
            label: t(`data:import.choices.masks.${kind}`),
          }))}
          onChange={(kind) =>
            (kind === 'found' || kind === 'automatic' || kind === 'all') && set({ mask: { kind } })
          }
        />
        <Select
          label={t('data:import.choices.motion')}
          allowDeselect={false}
          value={plan.confounds.motion}
          data={(['none', '6', '24'] as const).map((motion) => ({
            value: motion,
            label: t(`data:import.choices.motions.${motion}`),
          }))}
          onChange={(motion) =>
            (motion === 'none' || motion === '6' || motion === '24') &&
            set({ confounds: { ...plan.confounds, motion } })
          }
        />
        <NumberInput
          label={t('data:import.choices.aCompCor')}
          min={0}
          max={50}
          allowDecimal={false}
          value={plan.confounds.aCompCor}
          onChange={(count) => set({ confounds: { ...plan.confounds, aCompCor: Number(count) || 0 } })}
        />
        <Checkbox
          label={t('data:import.choices.whiteMatterCsf')}
          checked={plan.confounds.whiteMatterCsf}
          onChange={(event) =>
            set({ confounds: { ...plan.confounds, whiteMatterCsf: event.currentTarget.checked } })
          }
        />
        <Checkbox
          label={t('data:import.choices.cosines')}
          checked={plan.confounds.cosines}
          onChange={(event) =>
            set({ confounds: { ...plan.confounds, cosines: event.currentTarget.checked } })
          }
        />
        <Checkbox
          label={t('data:import.choices.scrub')}
          checked={plan.confounds.scrub !== null}
          onChange={(event) =>
            set({
              confounds: {
                ...plan.confounds,
                scrub: event.currentTarget.checked
                  ? { framewiseDisplacement: 0.5, standardizedDvars: 1.5 }
                  : null,
              },
            })
          }
          data-testid="fmri-scrub"
        />
        <NumberInput
          label={t('data:import.choices.wordOffset')}
          suffix=" s"
          step={0.1}
          decimalScale={3}
          value={plan.wordOffset}
          onChange={(offset) => set({ wordOffset: Number(offset) || 0 })}
        />
        <TextInput
          label={t('data:import.choices.space')}
          placeholder={t('data:import.choices.spaceAuto')}
          value={plan.spaceName ?? ''}
          onChange={(event) => set({ spaceName: event.currentTarget.value.trim() || null })}
        />
      </div>
      {plan.confounds.scrub !== null && (
        <div className={classes.fields}>
          {(['framewiseDisplacement', 'standardizedDvars'] as const).map((key) => (
            <NumberInput
              key={key}
              label={t(`data:import.choices.${key}`)}
              min={0.01}
              step={0.1}
              value={plan.confounds.scrub?.[key] ?? ''}
              onChange={(value) =>
                plan.confounds.scrub !== null &&
                typeof value === 'number' &&
                value > 0 &&
                set({ confounds: { ...plan.confounds, scrub: { ...plan.confounds.scrub, [key]: value } } })
              }
            />
          ))}
        </div>
      )}
      {image !== null && <RunChoices probe={probe} plan={plan} image={image} onChange={onChange} />}
    </fieldset>
  );
}

function RunChoices({ probe, plan, image, onChange }: Omit<ChoiceStepProps, 'locked'> & { image: string }) {
  const { t } = useTranslation();
  const planned = plan.runs.find((run) => run.image === image);
  const probed = probe.runs.find((run) => run.image === image);
  if (planned === undefined || probed === undefined) return null;
  const keyOf = (source: WordSource | null) => (source === null ? 'none' : JSON.stringify(source));
  return (
    <>
      <h3 className={classes.heading} style={{ marginTop: 14 }}>
        {t('data:import.choices.thisRun', { name: baseName(image) })}
      </h3>
      <div className={classes.fields}>
        <TextInput
          label={t('data:subject')}
          value={planned.subject}
          onChange={(event) =>
            event.currentTarget.value !== '' &&
            onChange(changeRun(plan, image, { subject: event.currentTarget.value }))
          }
          data-testid="fmri-subject"
        />
        <TextInput
          label={t('data:task')}
          value={planned.task}
          onChange={(event) =>
            event.currentTarget.value !== '' &&
            onChange(changeRun(plan, image, { task: event.currentTarget.value }))
          }
        />
        <TextInput
          label={t('data:run')}
          value={planned.run ?? ''}
          onChange={(event) => onChange(changeRun(plan, image, { run: event.currentTarget.value || null }))}
        />
        <NumberInput
          label={t('data:import.choices.tr')}
          description={t('data:import.choices.trText')}
          inputWrapperOrder={['label', 'input', 'description']}
          suffix=" s"
          min={0.01}
          max={60}
          step={0.1}
          decimalScale={4}
          placeholder={probed.repetitionTime === null ? '' : `${probed.repetitionTime} s`}
          value={planned.repetitionTime ?? ''}
          onChange={(value) => onChange(changeRun(plan, image, { repetitionTime: Number(value) || null }))}
        />
        <Select
          label={t('data:import.choices.words')}
          allowDeselect={false}
          value={keyOf(planned.words)}
          data={[
            ...probed.wordCandidates.map((candidate) => ({
              value: keyOf(candidate.source),
              label: candidate.label,
            })),
            { value: 'none', label: t('data:import.choices.noWords') },
          ]}
          onChange={(key) => {
            const source =
              probed.wordCandidates.find((candidate) => keyOf(candidate.source) === key)?.source ?? null;
            onChange(changeRun(plan, image, { words: source }));
          }}
        />
      </div>
      <PersonalData
        path={image}
        keep={planned.keepPersonal}
        locked={false}
        onKeep={(keepPersonal) => onChange(changeRun(plan, image, { keepPersonal }))}
      />
    </>
  );
}
