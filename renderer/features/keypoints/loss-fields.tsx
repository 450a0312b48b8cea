import { NumberInput, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { KeypointTraining } from '../../../main/contract/keypoint-training.ts';
import { LOSSES } from './draft.ts';
import classes from './keypoints.module.css';

interface LossFieldsProps {
  readonly training: KeypointTraining;
  readonly onChange: (part: Partial<KeypointTraining>) => void;
}

/** Temporal consistency is off unless it is asked for; its usual weight where it is. */
const TEMPORAL = 10;

/** Losses beside reconstruction, each on or off, with a weight of one's own where wanted. */
export function LossFields({ training, onChange }: LossFieldsProps) {
  const { t } = useTranslation();
  const { losses, preset } = training;
  const usual = (loss: (typeof LOSSES)[number]) => preset === 'light' && loss !== 'temporal';
  return (
    <section aria-label={t('keypoints:losses.title')}>
      <h2 className={classes.heading}>{t('keypoints:losses.title')}</h2>
      <p className={classes.note}>{t('keypoints:losses.note')}</p>
      <div className={classes.losses}>
        {LOSSES.map((loss) => {
          const weight = losses[loss];
          const on = weight === undefined ? usual(loss) : weight > 0;
          const set = (value: number | undefined) => {
            const { [loss]: _before, ...rest } = losses;
            onChange({ losses: value === undefined ? rest : { ...rest, [loss]: value } });
          };
          return (
            <div key={loss} className={classes.loss}>
              <Switch
                label={t(`keypoints:losses.${loss}`)}
                description={t(`keypoints:losses.${loss}Text`)}
                checked={on}
                onChange={({ currentTarget }) => {
                  if (!currentTarget.checked) set(0);
                  else if (usual(loss)) set(undefined);
                  else set(loss === 'temporal' ? TEMPORAL : 1);
                }}
                data-testid={`loss-${loss}`}
              />
              <NumberInput
                aria-label={t('keypoints:losses.weight', { loss: t(`keypoints:losses.${loss}`) })}
                placeholder={on ? t('keypoints:losses.usual') : '0'}
                min={0}
                disabled={!on}
                value={on ? (weight ?? '') : ''}
                onChange={(value) => set(value === '' ? undefined : Number(value))}
              />
            </div>
          );
        })}
      </div>
    </section>
  );
}
