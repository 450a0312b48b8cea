import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EncodingMaps } from '../../../main/contract/encoding-maps.ts';
import type { SurfaceInfo } from '../../../main/contract/surfaces.ts';
import { int32Query, uint32Query } from '../../api/arrays.ts';
import { trpc } from '../../api/client.ts';
import { anatomyQuery } from '../../api/resources.ts';
import { formatNumber } from '../../components/format.ts';
import { Answer, EmptyState, ErrorState, LoadingState } from '../../components/states.tsx';
import { keptInside } from '../../viewers/explorer/deep-layer.ts';
import { MapExplorer } from '../../viewers/explorer/map-explorer.tsx';
import type { DeepGrid } from '../../viewers/explorer/props.ts';
import type { Cursor, VolumeGrid } from '../../viewers/types.ts';
import { Figures } from './figures.tsx';
import type { MapName } from './map-names.ts';
import { type SubjectValues, statLayers } from './stat-layers.ts';
import { useSubjectValues } from './use-subject-values.ts';
import { useSurface } from './use-surface.ts';
import classes from './viewer.module.css';

interface SubjectViewProps {
  readonly runId: string;
  readonly subject: string;
  readonly map: MapName;
  /** Null draws on the bundled brain. */
  readonly ownSurface: SurfaceInfo | null;
}

/** One subject's maps on brain and slices, and the figures of the voxel under the cursor. */
export function SubjectView({ runId, subject, map, ownSurface }: SubjectViewProps) {
  const maps = useQuery({
    ...trpc.viewer.maps.queryOptions({ runId, subject }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Answer query={maps}>
      {(data) => <LoadedMaps runId={runId} maps={data} map={map} ownSurface={ownSurface} />}
    </Answer>
  );
}

function LoadedMaps({
  runId,
  maps,
  map,
  ownSurface,
}: Pick<MapsProps, 'runId' | 'maps' | 'map' | 'ownSurface'>) {
  const { values, error, retry } = useSubjectValues(maps.subject.arrays);
  const voxelIndex = useQuery(uint32Query(maps.subject.arrays.voxelIndex));
  const onSurface = maps.space.surface;
  const places = useQuery(int32Query(onSurface?.placesArrayId ?? null));
  const pairs = useQuery(int32Query(onSurface?.voxels?.arrayId ?? null));
  const failed = error ?? voxelIndex.error ?? places.error ?? pairs.error;
  if (failed !== null) return <ErrorState error={failed} onRetry={retry} />;
  if (values === null || voxelIndex.data === undefined) return <LoadingState />;
  if (onSurface !== undefined && places.data === undefined) return <LoadingState />;
  if (onSurface?.voxels !== undefined && pairs.data === undefined) return <LoadingState />;
  return (
    <Maps
      runId={runId}
      maps={maps}
      map={map}
      values={values}
      voxelIndex={voxelIndex.data.data}
      places={places.data}
      pairs={pairs.data}
      ownSurface={ownSurface}
    />
  );
}

interface MapsProps {
  readonly runId: string;
  readonly maps: EncodingMaps;
  readonly map: MapName;
  readonly values: SubjectValues;
  readonly voxelIndex: Uint32Array;
  /** Of vertices, where maps lie on a surface. */
  readonly places: Int32Array | undefined;
  /** Place and index on their grid of values inside the brain, where maps lie on a surface. */
  readonly pairs: Int32Array | undefined;
  readonly ownSurface: SurfaceInfo | null;
}

function Maps({ runId, maps, map, values, voxelIndex, places, pairs, ownSurface }: MapsProps) {
  const { t, i18n } = useTranslation();
  const number = (value: number) => formatNumber(value, i18n.language);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [layerIndex, setLayerIndex] = useState(0);
  const { surface: plain, isPending, error } = useSurface(ownSurface);
  const surface = useMemo(() => {
    const regionNames = plain?.regionNames?.map((name) =>
      t(`surfaces:regions.${name}`, { defaultValue: name }),
    );
    return plain === null || regionNames === undefined ? plain : { ...plain, regionNames };
  }, [plain, t]);
  const anatomy = useQuery(anatomyQuery);
  const surfaceSpace = surface?.spaceName;
  const layers = useMemo(() => statLayers(maps, values, map, t), [maps, values, map, t]);
  const maxima = useMemo(() => layers.map(({ values: one }) => maximumOf(one)), [layers]);
  const volume = useMemo<VolumeGrid>(
    () => ({
      shape: maps.space.shape,
      affine: maps.space.affine,
      voxelIndex,
      places,
      // Values of vertices lie on their surface, whatever the file calls its space.
      spaceName:
        places === undefined
          ? commonSpaceName(maps.space.name, surfaceSpace)
          : (surfaceSpace ?? maps.space.name),
    }),
    [maps, voxelIndex, places, surfaceSpace],
  );
  const grid = maps.space.surface?.voxels;
  const deep = useMemo<DeepGrid | undefined>(() => {
    if (grid === undefined || pairs === undefined) return undefined;
    const { voxelIndex: inside, kept } = keptInside(pairs, voxelIndex);
    if (kept.length === 0) return undefined;
    const { shape, affine } = grid;
    return { kept, volume: { shape, affine, voxelIndex: inside, spaceName: maps.space.name } };
  }, [grid, pairs, voxelIndex, maps]);
  if (error !== null) return <ErrorState error={error} />;
  if (isPending || anatomy.isPending) return <LoadingState text={t('viewer:loadingBrain')} />;
  if (layers.length === 0)
    return <EmptyState title={t('viewer:noCeiling')} text={t('viewer:noCeilingText')} />;
  const vertices = (surface?.positions.length ?? 0) / 3;
  const missing =
    places !== undefined && places.length !== vertices
      ? t('viewer:otherSurface', {
          left: number(maps.space.surface?.left ?? 0),
          right: number(maps.space.surface?.right ?? 0),
          vertices: number(vertices),
        })
      : null;
  if (missing !== null)
    return (
      <div data-testid="other-surface">
        <EmptyState title={t('viewer:otherSurfaceTitle')} text={missing} />
      </div>
    );
  const caption = maps.simulated ? t('common:simulatedCaption') : undefined;
  const shown = layers[layerIndex] === undefined ? 0 : layerIndex;
  return (
    <div
      className={classes.body}
      data-testid="map"
      data-subject={maps.subject.subject}
      data-voxels={maps.subject.voxelCount}
      data-layer={layers[shown]?.label}
      data-maximum={maxima[shown]?.toFixed(6)}
      data-significant={maps.subject.significantVoxels}
    >
      <div className={classes.explorer}>
        <MapExplorer
          surface={surface}
          anatomy={anatomy.data ?? null}
          volume={volume}
          deep={deep}
          layers={layers}
          quantity={map === 'ceiling' ? t('viewer:ceiling') : 'r'}
          unit=""
          signed={map !== 'ceiling'}
          initialThreshold={map === 'ceiling' ? undefined : (maps.subject.thresholdR ?? undefined)}
          caption={caption}
          onCursorChange={setCursor}
          onLayerChange={setLayerIndex}
        />
      </div>
      <Figures
        runId={runId}
        maps={maps}
        r={values.r}
        voxel={cursor?.voxel ?? null}
        layerIndex={map === 'layers' ? layerIndex : null}
        caption={caption}
      />
    </div>
  );
}

/** "Talairach" is the space of a surface in "Talairach (Colin27)": the bracket names the brain, not the coordinates. */
function commonSpaceName(map: string, surface: string | undefined): string {
  return surface?.startsWith(`${map} (`) ? surface : map;
}

/** Largest value, NaN left out. */
function maximumOf(values: Float32Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > most) most = value;
  return most;
}
