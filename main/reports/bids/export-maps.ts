import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type EncodingResult, type EncodingSubject, encodingResultSchema } from '../../contract/encoding.ts';
import type { SpaceSurface, VolumeSpace } from '../../contract/recordings.ts';
import type { Project } from '../../data/project.ts';
import type { StudyRun } from '../../data/stores/runs.ts';
import { giftiOfValues } from '../../formats/gifti/write-gifti.ts';
import { writeNifti } from '../../formats/nifti/write.ts';
import { formatTsv } from '../../formats/table/tsv.ts';
import { bidsLabel, bidsPath, cell, sourcesOf, withoutFolders, writeJson, writeText } from './bids-file.ts';

/** Maps of an encoding study: role, label in the name, what it is, and the NIfTI intent of its values. */
const maps = [
  ['r', 'R', 'Pearson correlation of prediction and held-out data, mean over outer folds.', 2],
  ['rSquared', 'Rsquared', '1 − residual / total sum of squares on held-out data.', 0],
  ['p', 'P', 'One-sided block-permutation p value of r.', 22],
  ['q', 'Q', 'Benjamini-Hochberg q value.', 0],
  ['ceiling', 'Ceiling', 'Noise ceiling from repeats, as a correlation.', 2],
  ['penalty', 'Penalty', 'log10 of the chosen ridge penalty.', 0],
  ['layer', 'Layer', 'Index of the layer chosen most often over the outer folds.', 0],
] as const;

/** Names of the intents above in GIFTI. */
const giftiIntents = { 0: 'NIFTI_INTENT_NONE', 2: 'NIFTI_INTENT_CORREL', 22: 'NIFTI_INTENT_PVAL' } as const;
const hemispheres = [
  ['left', 'L'],
  ['right', 'R'],
] as const;

/**
 * Writes the maps and the table of regions of every finished encoding study as BIDS derivatives.
 * @returns paths of the images
 */
export async function exportMaps(project: Project, root: string, signal: AbortSignal): Promise<string[]> {
  const written: string[] = [];
  for (const run of project.runs.list({ study: 'encoding' })) {
    if (run.state !== 'complete') continue;
    const result = encodingResultSchema.parse(run.summary);
    for (const subject of result.subjects) {
      signal.throwIfAborted();
      written.push(...(await exportSubject(project, run, result, subject, root)));
    }
  }
  return written;
}

async function exportSubject(
  project: Project,
  run: StudyRun,
  result: EncodingResult,
  subject: EncodingSubject,
  root: string,
): Promise<string[]> {
  const space = project.spaces.get(subject.spaceId);
  const recordings = subject.recordingIds.flatMap((id) => project.recordings.find(id) ?? []);
  const tasks = [...new Set(recordings.map(({ task }) => bidsLabel(task)))];
  // The study's own key tells runs of one subject apart.
  const study = `${bidsLabel(result.featureSpace.id)}${bidsLabel(run.id).slice(-8)}`;
  const named = (what: string): Record<string, string> => ({
    sub: bidsLabel(subject.subject),
    task: tasks.join('') || 'unknown',
    space: bidsLabel(space.name),
    desc: `${study}${what}`,
  });
  const provenance = {
    Sources: sourcesOf(recordings),
    SpatialReference: space.name,
    Study: 'encoding',
    RunId: run.id,
    FeatureSpace: withoutFolders(result.featureSpace),
    Parameters: withoutFolders(result.params),
    Seed: run.seed,
    CodeVersion: run.codeVersion,
    ...(result.simulated ? { Simulated: true } : {}),
  };
  const written: string[] = [];
  for (const [role, label, description, intentCode] of maps) {
    const arrayId = subject.arrays[role];
    if (arrayId === null) continue;
    if (space.surface !== undefined) {
      const values = { project, space, surface: space.surface, arrayId };
      for (const [side, hemi] of hemispheres) {
        if (space.surface[side] === 0) continue;
        const path = bidsPath(root, 'func', { ...named(label), hemi }, 'statmap', '.func.gii');
        await writeText(path, giftiOfValues(onVertices(values, side), side, giftiIntents[intentCode]));
        await writeJson(path.replace(/\.func\.gii$/, '.json'), { Description: description, ...provenance });
        written.push(path);
      }
      if (space.surface.voxels === undefined) continue;
    }
    const path = bidsPath(root, 'func', named(label), 'statmap', '.nii.gz');
    await mkdir(dirname(path), { recursive: true });
    const { shape, affine } = space.surface?.voxels ?? space;
    await writeNifti(
      path,
      {
        grid: shape,
        volumeCount: 1,
        affine,
        dtype: 'float32',
        templateSpace: /^MNI|Talairach|fsLR/i.test(space.name),
        description: `${label} ${run.name}`.replace(/[^ -~]/g, '').slice(0, 79),
        intentCode,
      },
      [insideBrain(project, space, arrayId) ?? filled(project, space, arrayId)],
    );
    await writeJson(path.replace(/\.nii\.gz$/, '.json'), { Description: description, ...provenance });
    written.push(path);
  }
  const table = bidsPath(root, 'func', named('Regions'), 'regions', '.tsv');
  await writeText(
    table,
    formatTsv(
      ['region', 'voxels', 'median_r', 'median_r_squared', 'median_ceiling', 'significant_share', 'layer'],
      subject.regions.map((one) => [
        one.region,
        one.voxels,
        cell(one.medianR),
        cell(one.medianRSquared),
        cell(one.medianCeiling),
        cell(one.significantShare),
        one.chosenLayer,
      ]),
    ),
  );
  await writeJson(table.replace(/\.tsv$/, '.json'), { Description: 'Medians by region.', ...provenance });
  return written;
}

/** Values of the vertices of one hemisphere; 0 where a vertex has none. */
function onVertices(
  {
    project,
    space,
    surface,
    arrayId,
  }: { project: Project; space: VolumeSpace; surface: SpaceSurface; arrayId: string },
  side: 'left' | 'right',
): Float32Array {
  const line = filled(project, space, arrayId);
  const places = project.arrays.readAs(surface.placesArrayId, 'int32').data;
  const own = side === 'left' ? places.subarray(0, surface.left) : places.subarray(surface.left);
  return Float32Array.from(own, (place) => (place < 0 ? 0 : line[place]));
}

/** Values of a map on a surface that lie inside the brain, in their own grid; null where none do. */
function insideBrain(project: Project, space: VolumeSpace, arrayId: string): Float32Array | null {
  const { voxels } = space.surface ?? {};
  if (voxels === undefined) return null;
  const line = filled(project, space, arrayId);
  const volume = new Float32Array(voxels.shape.reduce((cells, size) => cells * size, 1));
  const pairs = project.arrays.readAs(voxels.arrayId, 'int32').data;
  for (let at = 0; at < pairs.length; at += 2) volume[pairs[at + 1]] = line[pairs[at]];
  return volume;
}

/** Values of kept voxels in the whole grid; 0 elsewhere. */
function filled(project: Project, space: VolumeSpace, arrayId: string): Float32Array {
  const [ni, nj, nk] = space.shape;
  const volume = new Float32Array(ni * nj * nk);
  const places = project.arrays.readAs(space.voxelIndexArrayId, 'uint32').data;
  const values =
    project.arrays.info(arrayId).dtype === 'uint8'
      ? project.arrays.readAs(arrayId, 'uint8').data
      : project.arrays.readAs(arrayId, 'float32').data;
  places.forEach((place, at) => {
    volume[place] = values[at];
  });
  return volume;
}
