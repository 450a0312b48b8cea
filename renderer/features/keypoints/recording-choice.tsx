import { Button, Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { TrainableRecording } from '../../../main/contract/keypoint-training.ts';
import { DataTable } from '../../components/data-table.tsx';
import { formatNumber } from '../../components/format.ts';
import { SimulatedBadge } from '../../components/simulated-badge.tsx';
import classes from './keypoints.module.css';

interface RecordingChoiceProps {
  readonly recordings: readonly TrainableRecording[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Which recordings are learned from. */
export function RecordingChoice({ recordings, chosen, onChange }: RecordingChoiceProps) {
  const { t, i18n } = useTranslation();
  const all = recordings.map(({ id }) => id);
  const toggle = (id: string) =>
    onChange(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  return (
    <section aria-label={t('keypoints:train.recordings')}>
      <div className={classes.head}>
        <h2 className={classes.heading}>
          {t('keypoints:train.chosen', { chosen: chosen.length, all: all.length })}
        </h2>
        <Button variant="subtle" size="compact-xs" onClick={() => onChange(all)}>
          {t('keypoints:train.all')}
        </Button>
        <Button variant="subtle" size="compact-xs" onClick={() => onChange([])}>
          {t('keypoints:train.nothing')}
        </Button>
      </div>
      <DataTable
        label={t('keypoints:train.recordings')}
        testId="keypoint-recordings"
        rows={recordings}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'use',
            label: t('keypoints:train.use'),
            cell: ({ id, label }) => (
              <Checkbox aria-label={label} checked={chosen.includes(id)} onChange={() => toggle(id)} />
            ),
          },
          { key: 'label', label: t('keypoints:train.recording'), cell: ({ label }) => label },
          { key: 'task', label: t('keypoints:train.task'), cell: ({ task }) => task },
          {
            key: 'mat',
            label: t('keypoints:train.mat'),
            cell: ({ rows, cols, unit }) => `${rows} × ${cols}${unit === null ? '' : `, ${unit}`}`,
          },
          {
            key: 'frames',
            label: t('keypoints:train.frames'),
            kind: 'number',
            cell: ({ frames }) => formatNumber(frames, i18n.language),
          },
          {
            key: 'origin',
            label: t('data:origin'),
            cell: ({ simulated }) => (simulated ? <SimulatedBadge /> : t('data:measured')),
          },
        ]}
      />
    </section>
  );
}
