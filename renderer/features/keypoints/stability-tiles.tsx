import { useTranslation } from 'react-i18next';
import type {
  PressureKeypointsResult,
  Stability as Steadiness,
} from '../../../main/contract/pressure-keypoints.ts';
import { formatNumber } from '../../components/format.ts';
import classes from './keypoints.module.css';

interface StabilityProps {
  readonly title: string;
  readonly stability: Steadiness;
  readonly work?: PressureKeypointsResult['work'];
}

/** How steady points are and what finding them costs, each number with its definition. */
export function Stability({ title, stability, work }: StabilityProps) {
  const { t, i18n } = useTranslation();
  const number = (value: number, digits = 0) => formatNumber(value, i18n.language, digits);
  const cells = t('keypoints:stability.cells');
  const tiles: [name: string, value: string][] = [
    ['equivariance', `${number(stability.equivariance, 2)} ${cells}`],
    ['repeatability', `${number(stability.repeatability, 2)} ${cells}`],
    ['keepsPlace', `${number(100 * stability.keepsPlace, 1)} %`],
    ['onEmptyMat', `${number(100 * stability.onEmptyMat, 1)} %`],
    ...(work === undefined
      ? []
      : ([
          ['parameters', number(work.parameters)],
          ['flops', `${number((2 * work.macs) / 1e6, 1)} M`],
          ['time', `${number(work.millisecondsPerFrame, 2)} ms`],
        ] as [string, string][])),
  ];
  return (
    <section aria-label={title}>
      <div className={classes.part} style={{ paddingBottom: 4 }}>
        <h2 className={classes.heading}>{title}</h2>
      </div>
      <div className={classes.tiles}>
        {tiles.map(([name, value]) => (
          <div key={name} className={classes.tile}>
            <strong data-testid={`keypoint-${name}`}>{value}</strong>
            {t(`keypoints:stability.${name}`)}
            <span>
              {t(`keypoints:stability.${name}Text`, {
                fuser: number(work?.fuserParameters ?? 0),
                decoder: number(work?.decoderParameters ?? 0),
              })}
            </span>
          </div>
        ))}
      </div>
    </section>
  );
}
