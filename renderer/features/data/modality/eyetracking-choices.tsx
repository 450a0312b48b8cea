import { Button, Checkbox, MultiSelect, NumberInput, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type {
  PlannedEyetracking,
  ProbedEyetracking,
  ScreenGeometry,
} from '../../../../main/contract/modality-import.ts';
import { lineMethodSchema } from '../../../../main/contract/reading-lines.ts';
import { baseName } from '../../../components/format.ts';
import { usePathPicker } from '../../../components/path-picker.tsx';
import classes from '../import/import.module.css';
import { GazeColumnFields } from './gaze-columns.tsx';
import type { ChoicesProps } from './import-kind.ts';
import { NameFields } from './name-fields.tsx';

const methods = ['file', 'velocity', 'dispersion'] as const;
const geometryFields = ['widthPx', 'heightPx', 'widthMm', 'distanceMm'] as const;
const usualScreen: ScreenGeometry = { widthPx: 1920, heightPx: 1080, widthMm: 530, distanceMm: 600 };

/** Events, screen, blinks and words of the recording in the preview. */
export function EyetrackingChoices({
  plan,
  found,
  locked,
  onChange,
}: ChoicesProps<ProbedEyetracking, PlannedEyetracking>) {
  const { t } = useTranslation();
  const picker = usePathPicker(([path]) => path !== undefined && onChange({ wordsPath: path }));
  const events = (method: string | null): PlannedEyetracking['events'] => {
    if (method === 'velocity') return { method, threshold: 30, leastFixation: 50 };
    return method === 'dispersion' ? { method, dispersion: 1, leastFixation: 100 } : { method: 'file' };
  };
  const needsScreen = plan.events.method !== 'file' && found.unit !== 'deg';
  return (
    <>
      <div>{t('modalities:shown', { name: baseName(plan.path) })}</div>
      <NameFields plan={plan} locked={locked} onChange={onChange} />
      <GazeColumnFields plan={plan} locked={locked} onChange={onChange} />
      <div className={classes.fields}>
        <Select
          label={t('modalities:eyetracking.eventsFrom')}
          description={t(`modalities:eyetracking.methodText.${plan.events.method}`)}
          data={methods.map((method) => ({
            value: method,
            label: t(`modalities:eyetracking.method.${method}`),
          }))}
          inputWrapperOrder={['label', 'input', 'description']}
          value={plan.events.method}
          allowDeselect={false}
          disabled={locked}
          onChange={(method) =>
            onChange({
              events: events(method),
              ...(method !== 'file' && plan.screen === null && found.unit !== 'deg'
                ? { screen: usualScreen }
                : {}),
            })
          }
          data-testid="events-method"
        />
        {plan.events.method !== 'file' && (
          <Thresholds events={plan.events} locked={locked} onChange={(events) => onChange({ events })} />
        )}
        {needsScreen &&
          geometryFields.map((field) => (
            <NumberInput
              key={field}
              label={t(`modalities:eyetracking.${field}`)}
              value={plan.screen?.[field] ?? ''}
              min={1}
              disabled={locked}
              onChange={(value) =>
                typeof value === 'number' &&
                value > 0 &&
                onChange({ screen: { ...(plan.screen ?? usualScreen), [field]: value } })
              }
            />
          ))}
      </div>
      <Checkbox
        label={t('modalities:eyetracking.blinks')}
        checked={plan.blinks === 'interpolate'}
        disabled={locked}
        onChange={(event) => onChange({ blinks: event.currentTarget.checked ? 'interpolate' : 'keep' })}
      />
      <div className={classes.row}>
        <Button
          variant="default"
          disabled={locked}
          onClick={() =>
            picker.open({
              kind: 'open-files',
              title: t('modalities:eyetracking.words'),
              multiple: false,
              extensions: ['csv', 'tsv', 'txt'],
            })
          }
          data-testid="choose-words"
        >
          {t('modalities:eyetracking.words')}
        </Button>
        <span>
          {plan.wordsPath === null ? t('modalities:eyetracking.noWords') : baseName(plan.wordsPath)}
        </span>
      </div>
      {plan.wordsPath !== null && (
        <MultiSelect
          label={t('modalities:lines.methods')}
          description={t(
            plan.lines.methods.length === 1
              ? `modalities:lines.method.${plan.lines.methods[0]}`
              : plan.lines.methods.length === 0
                ? 'modalities:lines.asSeen'
                : 'modalities:lines.consensus',
          )}
          data={[...lineMethodSchema.options]}
          value={plan.lines.methods}
          clearable
          disabled={locked}
          onChange={(chosen) =>
            onChange({ lines: { ...plan.lines, methods: lineMethodSchema.array().parse(chosen) } })
          }
          data-testid="line-methods"
        />
      )}
      {picker.dialog}
    </>
  );
}

type Detection = Exclude<PlannedEyetracking['events'], { method: 'file' }>;

/** How fast or how far the eyes may go within a fixation, and how long it must last. */
function Thresholds({
  events,
  locked,
  onChange,
}: {
  events: Detection;
  locked: boolean;
  onChange: (events: Detection) => void;
}) {
  const { t } = useTranslation();
  const field = (key: string, unit: string, value: number, set: (value: number) => Detection) => (
    <NumberInput
      label={t(`modalities:eyetracking.thresholds.${key}`)}
      suffix={` ${unit}`}
      value={value}
      min={0}
      disabled={locked}
      onChange={(next) => typeof next === 'number' && next > 0 && onChange(set(next))}
      data-testid={`threshold-${key}`}
    />
  );
  return (
    <>
      {events.method === 'velocity'
        ? field('velocity', '°/s', events.threshold, (threshold) => ({ ...events, threshold }))
        : field('dispersion', '°', events.dispersion, (dispersion) => ({ ...events, dispersion }))}
      {field('least', 'ms', events.leastFixation, (leastFixation) => ({ ...events, leastFixation }))}
    </>
  );
}
