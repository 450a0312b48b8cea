import type { TFunction } from 'i18next';
import type { EncodingMaps } from '../../../main/contract/encoding-maps.ts';
import type { StatLayer } from '../../viewers/types.ts';
import type { MapName } from './map-names.ts';

/** Values of one subject that the maps are cut from; `rows` arrays are map × voxel. */
export interface SubjectValues {
  readonly r: Float32Array;
  readonly rSquared: Float32Array;
  readonly p: Float32Array;
  readonly q: Float32Array;
  readonly layerR: Float32Array;
  readonly controlR: Float32Array;
  readonly ceiling: Float32Array | null;
}

/** Row `index` of a map × voxel matrix, without a copy, so that the GPU's cached texture is found again. */
function rowOf(rows: Float32Array, index: number, voxels: number): Float32Array {
  return rows.subarray(index * voxels, (index + 1) * voxels);
}

/** The maps that a choice stands for, in the order of the slider. p and q belong to the chosen model alone. */
export function statLayers(
  maps: EncodingMaps,
  values: SubjectValues,
  name: MapName,
  t: TFunction,
): StatLayer[] {
  const voxels = maps.subject.voxelCount;
  const key = (part: string) => `${maps.subject.arrays.r} ${part}`;
  switch (name) {
    case 'layers':
      return maps.layers.map((layer, index) => ({
        id: key(layer),
        label: layer,
        values: rowOf(values.layerR, index, voxels),
      }));
    case 'controls':
      return maps.controls.map((control, index) => ({
        id: key(control.id),
        label: t(`studies:controls.${control.id}`, { defaultValue: control.name }),
        values: rowOf(values.controlR, index, voxels),
      }));
    case 'ceiling':
      return values.ceiling === null
        ? []
        : [{ id: key('ceiling'), label: t('viewer:maps.ceiling'), values: values.ceiling }];
    case 'chosen':
      return [
        { id: key('chosen'), label: t('viewer:chosenLayer'), values: values.r, p: values.p, q: values.q },
      ];
  }
}
