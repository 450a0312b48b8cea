import { Autocomplete, Button, NumberInput, Select } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Alignment, ClockFitSettings, ClockModel } from '../../../../main/contract/clock.ts';
import { trpc } from '../../../api/client.ts';
import { Section } from '../../../components/fact-list.tsx';
import { ErrorLine } from '../../../components/states.tsx';
import classes from './clock.module.css';

export interface ClockControlsProps {
  readonly id: string;
  /** Labels of marks to choose from. */
  readonly labels: readonly string[];
  readonly alignment: Alignment | null;
  readonly settings: ClockFitSettings;
  readonly model: ClockModel;
  readonly onSettings: (settings: ClockFitSettings) => void;
  readonly onModel: (model: ClockModel) => void;
}

/** What the fit goes by, and offset and drift to be set by hand. */
export function ClockControls(props: ClockControlsProps) {
  const { id, labels, alignment, settings, model, onSettings, onModel } = props;
  const { t } = useTranslation();
  const fit = useMutation(trpc.clock.fit.mutationOptions());
  const set = useMutation(trpc.clock.set.mutationOptions());
  const reset = useMutation(trpc.clock.reset.mutationOptions());
  const error = fit.error ?? set.error ?? reset.error;
  return (
    <div>
      <Section title={t('stimuli:clock.fit')}>
        <div className={classes.fields}>
          <Autocomplete
            label={t('stimuli:clock.marks')}
            description={t('stimuli:clock.marksText')}
            inputWrapperOrder={['label', 'input', 'description']}
            data={[...labels].slice(0, 100)}
            value={settings.marks}
            onChange={(marks) => onSettings({ ...settings, marks })}
            data-testid="clock-marks"
          />
          <Select
            label={t('stimuli:clock.anchor')}
            description={t('stimuli:clock.anchorText')}
            inputWrapperOrder={['label', 'input', 'description']}
            allowDeselect={false}
            data={(['words', 'start'] as const).map((value) => ({
              value,
              label: t(`stimuli:clock.anchors.${value}`),
            }))}
            value={settings.anchor}
            onChange={(anchor) => onSettings({ ...settings, anchor: anchor === 'start' ? 'start' : 'words' })}
          />
          <NumberInput
            label={t('stimuli:clock.tolerance')}
            suffix=" ms"
            min={1}
            max={5000}
            value={settings.tolerance * 1000}
            onChange={(value) =>
              typeof value === 'number' && value > 0 && onSettings({ ...settings, tolerance: value / 1000 })
            }
          />
          <NumberInput
            label={t('stimuli:clock.maxDrift')}
            suffix=" ppm"
            min={0}
            max={20000}
            value={Math.round(settings.maxDrift * 1e6)}
            onChange={(value) =>
              typeof value === 'number' && value >= 0 && onSettings({ ...settings, maxDrift: value / 1e6 })
            }
          />
        </div>
        <Button
          loading={fit.isPending}
          onClick={() => fit.mutate({ recordingId: id, settings })}
          data-testid="clock-fit"
        >
          {t('stimuli:clock.fitAction')}
        </Button>
      </Section>
      <Section title={t('stimuli:clock.byHand')}>
        <div className={classes.fields}>
          <NumberInput
            label={t('stimuli:clock.offset')}
            decimalScale={4}
            step={0.01}
            value={Number(model.offset.toFixed(4))}
            onChange={(value) => typeof value === 'number' && onModel({ ...model, offset: value })}
            data-testid="clock-offset"
          />
          <NumberInput
            label={t('stimuli:clock.drift')}
            decimalScale={2}
            step={10}
            value={Number((model.drift * 1e6).toFixed(2))}
            onChange={(value) => typeof value === 'number' && onModel({ ...model, drift: value / 1e6 })}
            data-testid="clock-drift"
          />
        </div>
        <div className={classes.actions}>
          <Button
            variant="default"
            loading={set.isPending}
            onClick={() => set.mutate({ recordingId: id, model })}
            data-testid="clock-save"
          >
            {t('stimuli:clock.save')}
          </Button>
          <Button
            variant="default"
            disabled={alignment === null}
            loading={reset.isPending}
            onClick={() => reset.mutate({ recordingId: id })}
            data-testid="clock-reset"
          >
            {t('stimuli:clock.reset')}
          </Button>
        </div>
        {error !== null && <ErrorLine error={error} />}
      </Section>
    </div>
  );
}
