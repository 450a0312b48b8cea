import { useTranslation } from 'react-i18next';
import styles from './meeg.module.css';
import { projectSensors } from './project-sensors.ts';
import type { ViewedChannel } from './props.ts';

const SIZE = 220;
const HEAD = 78;

/** Sensors on the head seen from above, nose up; bad ones are hollow. */
export function SensorMap({ channels }: { channels: readonly ViewedChannel[] }) {
  const { t } = useTranslation('meeg');
  const sensors = projectSensors(channels.filter(({ type }) => type !== 'ref_meg'));
  if (sensors.length === 0) return <div className={styles.absent}>{t('sensors.none')}</div>;
  const middle = SIZE / 2;
  return (
    <svg
      className={styles.sensors}
      viewBox={`0 0 ${SIZE} ${SIZE}`}
      width={SIZE}
      height={SIZE}
      role="img"
      aria-label={t('sensors.label', { count: sensors.length })}
      data-testid="meeg-sensors"
    >
      <circle cx={middle} cy={middle} r={HEAD} className={styles.head} />
      <path
        d={`M ${middle - 9} ${middle - HEAD + 2} L ${middle} ${middle - HEAD - 11} L ${middle + 9} ${middle - HEAD + 2}`}
        className={styles.head}
      />
      {sensors.map(({ name, bad, x, y }) => (
        <circle
          key={name}
          cx={middle + HEAD * x}
          cy={middle - HEAD * y}
          r={2.2}
          className={bad ? styles.badSensor : styles.sensor}
        >
          <title>{name}</title>
        </circle>
      ))}
    </svg>
  );
}
