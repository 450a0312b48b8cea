import { useTranslation } from 'react-i18next';
import type { KeypointMark } from '../../../main/contract/pressure-keypoints.ts';
import { formatNumber } from '../../components/format.ts';
import classes from './keypoints.module.css';

/** The marks that the study holds itself to, met or not. */
export function Marks({ marks }: { marks: readonly KeypointMark[] }) {
  const { t, i18n } = useTranslation();
  const shown = (mark: KeypointMark['mark'], value: number | null) =>
    mark.startsWith('gain') && value !== null
      ? `${formatNumber(100 * value, i18n.language, 1)} %`
      : formatNumber(value, i18n.language, 2);
  if (marks.length === 0) return null;
  return (
    <div className={classes.tiles} data-testid="keypoint-marks">
      {marks.map(({ mark, value, goal, met }) => (
        <div key={mark} className={classes.tile}>
          <strong className={met ? classes.met : classes.notMet}>{shown(mark, value)}</strong>
          {t(`keypoints:marks.${mark}`)}
          <span>
            {t(`keypoints:marks.goal.${mark}`, { goal: shown(mark, goal) })}{' '}
            {t(met ? 'keypoints:marks.met' : 'keypoints:marks.notMet')}
          </span>
        </div>
      ))}
    </div>
  );
}
