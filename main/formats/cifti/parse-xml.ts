import { SaxesParser } from 'saxes';
import type { Affine } from '../../contract/recordings.ts';
import { UserError } from '../../core/errors.ts';

/** One structure's part of a dense axis. A structure may occur several times: go by offset and count. */
export interface BrainModel {
  readonly structure: string;
  readonly start: number;
  readonly count: number;
  readonly surface: boolean;
  /** Vertices of the whole surface; 0 for voxel models. */
  readonly surfaceVertices: number;
  /** Vertex a grayordinate; empty for voxel models. */
  readonly vertices: Int32Array;
  /** i, j, k a grayordinate; empty for surface models. */
  readonly voxels: Int32Array;
}

export type CiftiAxis =
  | {
      readonly type: 'series';
      readonly size: number;
      readonly start: number;
      readonly step: number;
      readonly unit: string;
    }
  | { readonly type: 'scalars'; readonly size: number; readonly names: readonly string[] }
  | {
      readonly type: 'labels';
      readonly size: number;
      readonly names: readonly string[];
      readonly labels: readonly ReadonlyMap<number, string>[];
    }
  | {
      readonly type: 'parcels';
      readonly size: number;
      readonly names: readonly string[];
      /** Vertices of each whole surface, by structure. */
      readonly surfaces: ReadonlyMap<string, number>;
      /** Vertices of each parcel, by structure. */
      readonly vertices: readonly ReadonlyMap<string, Int32Array>[];
    }
  | {
      readonly type: 'brain-models';
      readonly size: number;
      readonly models: readonly BrainModel[];
      /** Grid of the voxel models, and voxel index to millimetres. */
      readonly volume: { readonly shape: readonly number[]; readonly affine: Affine } | null;
    };

interface Node {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: Node[];
  text: string;
}

/**
 * Parses CIFTI-2's XML into one axis per matrix dimension.
 * @param shape sizes of the matrix dimensions from the NIfTI header
 * @throws UserError `cifti.damaged`, `cifti.version-1`
 */
export function parseCiftiXml(xml: string, shape: readonly number[], file: string): CiftiAxis[] {
  const root = parseTree(xml, file);
  // Version 1 has other names, and its dimensions the other way round.
  if (/^1(\.|$)/.test(child(root, 'CIFTI')?.attributes.Version ?? '')) {
    throw new UserError(
      'cifti.version-1',
      `${file} is in version 1 of CIFTI, which Gyrus does not read: convert it with “wb_command -file-convert -cifti-version-convert ${file} 2 OUT”.`,
      { file },
    );
  }
  const maps = descendants(root, 'MatrixIndicesMap');
  return shape.map((size, dimension) => {
    // One map may serve several dimensions: "0,1" in a connectivity matrix.
    const map = maps.find((one) =>
      (one.attributes.AppliesToMatrixDimension ?? '').split(',').map(Number).includes(dimension),
    );
    if (map === undefined) throw damaged(file, `nothing describes dimension ${dimension}`);
    return axisOf(map, size, file);
  });
}

function axisOf(map: Node, size: number, file: string): CiftiAxis {
  const { attributes } = map;
  const kind = attributes.IndicesMapToDataType ?? '';
  const names = (tag: string): string[] =>
    descendants(map, tag).map((one) => one.attributes.Name ?? child(one, 'MapName')?.text.trim() ?? '');
  if (kind.endsWith('SERIES')) {
    const scale = 10 ** Number(attributes.SeriesExponent ?? 0);
    return {
      type: 'series',
      size,
      start: Number(attributes.SeriesStart ?? 0) * scale,
      step: Number(attributes.SeriesStep ?? 1) * scale,
      unit: attributes.SeriesUnit ?? '',
    };
  }
  if (kind.endsWith('SCALARS')) return { type: 'scalars', size, names: names('NamedMap') };
  if (kind.endsWith('PARCELS')) {
    const structureOf = (node: Node): string => node.attributes.BrainStructure ?? '';
    return {
      type: 'parcels',
      size,
      names: names('Parcel'),
      surfaces: new Map(
        descendants(map, 'Surface').map((one) => [
          structureOf(one),
          Number(one.attributes.SurfaceNumberOfVertices ?? 0),
        ]),
      ),
      vertices: descendants(map, 'Parcel').map(
        (parcel) =>
          new Map(descendants(parcel, 'Vertices').map((one) => [structureOf(one), integers(one.text)])),
      ),
    };
  }
  if (kind.endsWith('LABELS')) {
    const labels = descendants(map, 'NamedMap').map(
      (named) =>
        new Map(
          descendants(named, 'Label').map((label) => [Number(label.attributes.Key), label.text.trim()]),
        ),
    );
    return { type: 'labels', size, names: names('NamedMap'), labels };
  }
  if (!kind.endsWith('BRAIN_MODELS')) throw damaged(file, `unknown kind of axis "${kind}"`);
  const models = descendants(map, 'BrainModel').map(modelOf);
  if (models.some((model) => model.start + model.count > size))
    throw damaged(file, 'a structure reaches beyond the matrix');
  return { type: 'brain-models', size, models, volume: volumeOf(map) };
}

function modelOf(node: Node): BrainModel {
  const { attributes } = node;
  return {
    structure: attributes.BrainStructure ?? '',
    start: Number(attributes.IndexOffset),
    count: Number(attributes.IndexCount),
    surface: (attributes.ModelType ?? '').endsWith('SURFACE'),
    surfaceVertices: Number(attributes.SurfaceNumberOfVertices ?? 0),
    vertices: integers(child(node, 'VertexIndices')?.text ?? ''),
    voxels: integers(child(node, 'VoxelIndicesIJK')?.text ?? ''),
  };
}

function volumeOf(map: Node): { shape: number[]; affine: Affine } | null {
  const volume = descendants(map, 'Volume')[0];
  const transform = volume && child(volume, 'TransformationMatrixVoxelIndicesIJKtoXYZ');
  if (!transform) return null;
  const numbers = transform.text.trim().split(/\s+/).map(Number);
  // The exponent says in which power of ten of a metre the matrix is: −3 is millimetres.
  const scale = 10 ** (Number(transform.attributes.MeterExponent ?? -3) + 3);
  const rows = [0, 4, 8].map((start) => numbers.slice(start, start + 4).map((value) => value * scale));
  return {
    shape: (volume.attributes.VolumeDimensions ?? '').split(',').map(Number),
    affine: [...rows, [0, 0, 0, 1]],
  };
}

function parseTree(xml: string, file: string): Node {
  const root: Node = { name: '', attributes: {}, children: [], text: '' };
  const stack = [root];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw damaged(file, error.message.split('\n')[0]);
  });
  parser.on('opentag', ({ name, attributes }) => {
    const node: Node = { name, attributes, children: [], text: '' };
    stack.at(-1)?.children.push(node);
    stack.push(node);
    if (stack.length > 64) throw damaged(file, 'nested too deeply');
  });
  const add = (text: string): void => {
    const node = stack.at(-1);
    if (node) node.text += text;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => {
    stack.pop();
  });
  parser.write(xml).close();
  return root;
}

function child(node: Node, name: string): Node | undefined {
  return node.children.find((one) => one.name === name);
}

function descendants(node: Node, name: string): Node[] {
  return node.children.flatMap((one) => [...(one.name === name ? [one] : []), ...descendants(one, name)]);
}

function integers(text: string): Int32Array {
  const trimmed = text.trim();
  return trimmed === '' ? new Int32Array(0) : Int32Array.from(trimmed.split(/\s+/), Number);
}

function damaged(file: string, reason: string): UserError {
  const detail = reason.replace(/\.+$/, '');
  return new UserError(
    'cifti.damaged',
    `${file} has a damaged description of its rows and columns (${detail}).`,
    {
      file,
      reason: detail,
    },
  );
}
