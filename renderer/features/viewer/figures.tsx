import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { memo, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EncodingMaps } from '../../../main/contract/encoding-maps.ts';
import { trpc } from '../../api/client.ts';
import { Answer } from '../../components/states.tsx';
import { LayerProfile } from '../../viewers/charts/layer-profile.tsx';
import { ScoreHistogram } from '../../viewers/charts/score-histogram.tsx';
import { TimeCourse } from '../../viewers/charts/time-course.tsx';
import classes from './viewer.module.css';

export interface FiguresProps {
  readonly runId: string;
  readonly maps: EncodingMaps;
  /** Held-out r of every voxel under the chosen layer. */
  readonly r: Float32Array;
  readonly voxel: number | null;
  /** Layer of the slider, where the map is the encoder's layers. */
  readonly layerIndex: number | null;
  readonly caption: string | undefined;
}

/** Below the map: course of the chosen voxel, profile over layers, and the scores with their null. */
export function Figures(props: FiguresProps) {
  const { t } = useTranslation();
  const { maps, r, caption } = props;
  return (
    <div className={classes.figures}>
      <div className={`${classes.figure} ${classes.wide}`}>
        <VoxelCourse runId={props.runId} maps={maps} chosen={props.voxel} r={r} caption={caption} />
      </div>
      <div className={classes.figure}>
        <RegionProfile maps={maps} layerIndex={props.layerIndex} caption={caption} />
      </div>
      <div className={classes.figure}>
        <ScoreHistogram
          title={t('viewer:histogram')}
          observed={maps.subject.histogram.observed}
          null={maps.subject.histogram.null}
          threshold={maps.subject.thresholdR ?? undefined}
          quantity="r"
          unit=""
          caption={caption}
        />
      </div>
    </div>
  );
}

interface VoxelCourseProps {
  readonly runId: string;
  readonly maps: EncodingMaps;
  /** Voxel under the cursor; the best one stands in until a voxel is chosen. */
  readonly chosen: number | null;
  readonly r: Float32Array;
  readonly caption: string | undefined;
}

const VoxelCourse = memo(function VoxelCourse({ runId, maps, chosen, r, caption }: VoxelCourseProps) {
  const { t } = useTranslation();
  const best = useMemo(() => indexOfLargest(r), [r]);
  const voxel = chosen ?? best;
  const course = useQuery(
    trpc.viewer.timeCourse.queryOptions({ runId, subject: maps.subject.subject, voxel }),
  );
  return (
    <Answer query={course}>
      {(data) => (
        <div
          className={classes.chart}
          data-testid="time-course"
          data-voxel={voxel}
          data-samples={data.measured.length}
        >
          <Course
            title={t(chosen === null ? 'viewer:bestTimeCourse' : 'viewer:timeCourse', { voxel })}
            course={data}
            maps={maps}
            caption={caption}
          />
        </div>
      )}
    </Answer>
  );
});

interface CourseProps {
  readonly title: string;
  readonly course: { samplingInterval: number; measured: number[]; predicted: number[] };
  readonly maps: EncodingMaps;
  readonly caption: string | undefined;
}

/** Keeps the arrays while the course does, so that a change of layer leaves the chart alone. */
function Course({ title, course, maps, caption }: CourseProps) {
  const { t } = useTranslation();
  const measured = useMemo(() => Float32Array.from(course.measured), [course]);
  const predicted = useMemo(() => Float32Array.from(course.predicted), [course]);
  const runStarts = useMemo(
    () =>
      maps.subject.segments.map(({ start, fold }) => ({
        sample: start,
        label: t('viewer:fold', { fold: fold + 1 }),
      })),
    [maps, t],
  );
  return (
    <TimeCourse
      title={title}
      samplingInterval={course.samplingInterval}
      measured={measured}
      predicted={predicted}
      runStarts={runStarts}
      unit="z"
      caption={caption}
    />
  );
}

function RegionProfile({ maps, layerIndex, caption }: Pick<FiguresProps, 'maps' | 'layerIndex' | 'caption'>) {
  const { t } = useTranslation();
  const profiles = maps.subject.layerProfiles;
  const [chosen, setChosen] = useState<string | null>(null);
  const profile = profiles.find((candidate) => candidate.region === chosen) ?? profiles[0];
  if (profile === undefined) return <div className={classes.hint}>{t('viewer:noRegions')}</div>;
  const name = (region: string) => t(`surfaces:regions.${region}`, { defaultValue: region });
  return (
    <>
      <Select
        label={t('viewer:region')}
        w={260}
        mb={8}
        allowDeselect={false}
        value={profile.region}
        data={profiles.map(({ region }) => ({ value: region, label: name(region) }))}
        onChange={setChosen}
      />
      <div className={classes.chart}>
        <LayerProfile
          title={t('viewer:profile', { region: name(profile.region) })}
          layers={profile.layers.map(({ layer }) => layer)}
          series={[
            {
              name: t('viewer:encoder'),
              mean: profile.layers.map(({ mean }) => mean),
              low: profile.layers.map(({ low }) => low),
              high: profile.layers.map(({ high }) => high),
            },
          ]}
          lines={[
            ...profile.controls.map(({ control, mean }) => ({
              name: t(`studies:controls.${control}`, { defaultValue: control }),
              value: mean,
              kind: 'control' as const,
            })),
            ...(profile.ceiling === null
              ? []
              : [{ name: t('viewer:ceiling'), value: profile.ceiling, kind: 'ceiling' as const }]),
          ]}
          quantity="r"
          unit=""
          intervalName={t('viewer:interval')}
          selectedLayer={layerIndex ?? undefined}
          caption={caption}
        />
      </div>
    </>
  );
}

/** Position of the largest value; NaN is passed over. */
function indexOfLargest(values: Float32Array): number {
  let best = 0;
  values.forEach((value, at) => {
    if (value > (values[best] ?? Number.NEGATIVE_INFINITY) || Number.isNaN(values[best])) best = at;
  });
  return best;
}
