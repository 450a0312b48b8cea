import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { regionByLandmark } from '../../../../main/contract/mulcog-places.ts';
import { type BundledSurface, surfaceQuery } from '../../../api/resources.ts';
import { Answer } from '../../../components/states.tsx';
import { BrainViewer } from '../../../viewers/brain/brain-viewer.tsx';
import type { Cursor, MapDisplay, StatLayer, VolumeGrid } from '../../../viewers/types.ts';

/** Edge of the drawn cubes in mm, and the box that they fill. */
const EDGE = 4;
const ORIGIN = [-76, -112, -60] as const;
const SHAPE = [38, 48, 38] as const;

export interface RegionBrainProps {
  readonly regions: readonly string[];
  readonly values: readonly number[];
  readonly limit: number;
  /** What the scores are of: a model and its layer. */
  readonly label: string;
  readonly caption: string | undefined;
}

/** Scores of named regions on the bundled brain. */
export function RegionBrain(props: RegionBrainProps) {
  const surface = useQuery(surfaceQuery);
  return <Answer query={surface}>{(data) => <Drawn {...props} surface={data} />}</Answer>;
}

function Drawn({
  regions,
  values,
  limit,
  label,
  caption,
  surface,
}: RegionBrainProps & { surface: BundledSurface }) {
  const { t } = useTranslation();
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const grid = useMemo(() => gridOf(surface, regions), [surface, regions]);
  const layers = useMemo<StatLayer[]>(
    () => [
      { id: 'regions', label, values: Float32Array.from(grid.region, (at) => values[at] ?? Number.NaN) },
    ],
    [grid, values, label],
  );
  const display: MapDisplay = {
    colorMap: 'RdBu_r',
    range: [-limit, limit],
    threshold: { kind: 'value', positive: 1e-6, negative: 1e-6 },
    below: 'hide',
    opacity: 1,
    sampling: 'nearest',
  };
  return (
    <BrainViewer
      surface={surface}
      volume={grid.volume}
      layers={layers}
      layerIndex={0}
      display={display}
      quantity={t('mulcog:quantity')}
      unit=""
      cursor={cursor}
      onCursorChange={setCursor}
      caption={caption}
    />
  );
}

/** Cubes along the surface and the region that each belongs to, by the landmark region of its vertices. */
function gridOf(
  surface: BundledSurface,
  regions: readonly string[],
): { volume: VolumeGrid; region: number[] } {
  const owner = regionByLandmark(regions);
  const found = new Map<number, number>();
  const { positions, region, regionNames } = surface;
  for (let vertex = 0; vertex < region.length; vertex++) {
    const name = (regionNames[region[vertex] ?? 0] ?? '').replace(/^(left|right) /, '');
    const at = owner.get(name);
    if (at === undefined) continue;
    const [i, j, k] = [0, 1, 2].map((axis) =>
      Math.round(((positions[vertex * 3 + axis] ?? 0) - (ORIGIN[axis] ?? 0)) / EDGE),
    );
    if (i === undefined || j === undefined || k === undefined) continue;
    found.set(i + SHAPE[0] * (j + SHAPE[1] * k), at);
  }
  const cubes = [...found].sort(([a], [b]) => a - b);
  return {
    volume: {
      shape: SHAPE,
      affine: [
        [EDGE, 0, 0, ORIGIN[0]],
        [0, EDGE, 0, ORIGIN[1]],
        [0, 0, EDGE, ORIGIN[2]],
        [0, 0, 0, 1],
      ],
      voxelIndex: Uint32Array.from(cubes, ([index]) => index),
      spaceName: surface.spaceName,
    },
    region: cubes.map(([, at]) => at),
  };
}
