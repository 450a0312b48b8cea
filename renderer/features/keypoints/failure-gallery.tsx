import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure } from '../../../main/contract/pressure-keypoints.ts';
import { formatNumber } from '../../components/format.ts';
import type { PressurePicture } from '../../viewers/pressure/draw-map.ts';
import { MapFigure } from '../../viewers/pressure/map-figure.tsx';
import classes from './keypoints.module.css';

/** Values of a gallery's maps: a byte a cell. */
const FULL = 255;

/** Frames where something went wrong, as heat maps with their points. */
export function FailureGallery({ failures }: { failures: readonly Failure[] }) {
  const { t } = useTranslation();
  const shown = failures.filter(({ view }) => view !== null);
  if (shown.length === 0) return null;
  return (
    <section aria-label={t('keypoints:failures.title')} data-testid="failure-gallery">
      <div className={classes.part}>
        <h2 className={classes.heading}>{t('keypoints:failures.title')}</h2>
        <p className={classes.note}>{t('keypoints:failures.note')}</p>
      </div>
      <div className={classes.gallery}>
        {shown.map((failure) => (
          <FailureFigure key={`${failure.kind} ${failure.frame} ${failure.keypoint}`} failure={failure} />
        ))}
      </div>
    </section>
  );
}

function FailureFigure({ failure }: { failure: Failure }) {
  const { t, i18n } = useTranslation();
  const { kind, keypoint, value, recording, view } = failure;
  const picture = useMemo(() => pictureOf(failure), [failure]);
  if (picture === null || view === null) return null;
  return (
    <div className={classes.failure}>
      <MapFigure
        title={t(`keypoints:failures.${kind}`)}
        caption={t(`keypoints:failures.${kind}Text`, {
          point: (keypoint ?? 0) + 1,
          value: formatNumber(value, i18n.language, 2),
          recording,
        })}
        picture={picture}
      />
    </div>
  );
}

function pictureOf({ kind, keypoint, view }: Failure): PressurePicture | null {
  if (view === null) return null;
  const { next, joints, foretold } = view;
  const moved =
    next !== null && keypoint !== null && view.points[keypoint] !== undefined && next[keypoint] !== undefined
      ? [[view.points[keypoint], next[keypoint]] as const]
      : [];
  const missed = (joints ?? []).flatMap((joint, at) => {
    const told = foretold?.[at];
    return told === undefined ? [] : [[joint, told] as const];
  });
  return {
    values: Float32Array.from(view.map),
    rows: view.rows,
    cols: view.cols,
    full: FULL,
    style: 'cells',
    keypoints: kind === 'joint-far-off' ? [] : view.points.map(([row, col]) => [0, row, col]),
    edges: [],
    path: [],
    marked: keypoint === null ? [] : [keypoint],
    moves: kind === 'joint-far-off' ? missed : moved,
    crosses: joints ?? [],
  };
}
