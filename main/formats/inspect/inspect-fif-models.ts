import { UserError } from '../../core/errors.ts';
import { block, tag } from '../fif/constants.ts';
import { readAnnotations } from '../fif/info.ts';
import {
  damagedFif,
  type FifFile,
  type FifNode,
  findBlocks,
  findTag,
  readNames,
  readNumber,
} from '../fif/tree.ts';

/**
 * What `gyrus inspect` says of FIF files of the stages after measuring: decompositions, head models, solutions,
 * digitised points, annotations. Kinds are named as MNE names them (`mne.what`).
 * @returns null where the file holds none of them
 */
export async function describeModel(file: FifFile): Promise<Record<string, unknown> | null> {
  const [ica] = findBlocks(file.root, block.ica);
  if (ica !== undefined) {
    const names = await readNames(file, findTag(ica, tag.rowNames));
    return { kind: 'ica', n_channels: names.length, ch_names_first: names.slice(0, 6) };
  }
  const forward = findBlocks(file.root, block.forward);
  if (forward.length > 0) return { kind: 'forward', n: forward.length, ...(await sources(file)) };
  const inverse = findBlocks(file.root, block.inverse);
  if (inverse.length > 0) return { kind: 'inverse', n: inverse.length, ...(await sources(file)) };
  return null;
}

/** Boundary surfaces, with or without a solution of the head model. */
export async function describeSurfaces(file: FifFile): Promise<Record<string, unknown> | null> {
  const surfaces = findBlocks(file.root, block.bemSurface);
  if (surfaces.length === 0) return null;
  const solved = findBlocks(file.root, block.bem).some((node) => findTag(node, tag.bemSolution));
  return {
    kind: solved ? 'bem solution' : 'bem surfaces',
    n: surfaces.length,
    id: await each(file, surfaces, tag.bemSurfaceId),
    np: await each(file, surfaces, tag.bemNodes),
    ntri: await each(file, surfaces, tag.bemTriangles),
  };
}

/** Annotations that stand alone, or digitised points that do; what else a FIF file may be is not known. */
export async function describeLoose(file: FifFile): Promise<Record<string, unknown>> {
  const annotations = await readAnnotations(file);
  if (annotations !== null) {
    const { list } = annotations;
    const counts: Record<string, number> = {};
    for (const { description } of list) counts[description] = (counts[description] ?? 0) + 1;
    return {
      kind: 'annotations',
      n_annotations: list.length,
      annotations_first: list.slice(0, 6).map((one) => [one.onset, one.duration, one.description]),
      annotation_counts: counts,
    };
  }
  const points = findBlocks(file.root, block.isotrak).flatMap(({ entries }) =>
    entries.filter(({ kind }) => kind === tag.digPoint),
  );
  if (points.length > 0) {
    const read = await Promise.all(points.slice(0, 3).map((entry) => file.bytes(entry)));
    return {
      kind: 'fiducials',
      n: points.length,
      first: read.map((bytes) => {
        if (bytes.length < 20) throw damagedFif(file.path, 'a digitised point is incomplete');
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        return [8, 12, 16].map((at) => view.getFloat32(at));
      }),
    };
  }
  const name = file.path.split(/[\\/]/).at(-1) ?? '';
  throw new UserError(
    'fif.unknown-content',
    `${name} is a FIF file, but holds no recording, epochs, events or other content that Gyrus knows: choose another file of the recording.`,
    { file: name },
  );
}

async function sources(file: FifFile): Promise<Record<string, unknown>> {
  const spaces = findBlocks(file.root, block.sourceSpace);
  return {
    np: await each(file, spaces, tag.sourceCount),
    nuse: await each(file, spaces, tag.sourcesUsed),
  };
}

function each(file: FifFile, nodes: readonly FifNode[], kind: number): Promise<(number | null)[]> {
  return Promise.all(nodes.map((node) => readNumber(file, findTag(node, kind))));
}
