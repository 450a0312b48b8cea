import { basename } from 'node:path';
import { isCifti } from '../../formats/cifti/cifti.ts';
import { type MghImage, mghRepetitionTime, openMgh } from '../../formats/freesurfer/mgh.ts';
import { openNifti } from '../../formats/nifti/open.ts';
import { repetitionTimeOf } from '../../formats/nifti/timing.ts';
import type { NiftiImage } from '../../formats/nifti/types.ts';
import { sniffFile } from '../../formats/sniff.ts';
import { openCiftiSeries, openGiftiSeries } from '../../formats/surface/open-series.ts';

/**
 * Opens what an fMRI import takes, told by content: volumes (NIfTI, Analyze, MGH plain or gzip) and series on surfaces
 * (CIFTI dense or of parcels, GIFTI with the other hemisphere beside it).
 * @param timing whether the TR is wanted of an MGH file too: it stands behind the voxels, so that a .mgz is unpacked
 *   to its end for it
 * @throws UserError as `sniffFile`, `openNifti`, `openMgh`, `openCiftiSeries` and `openGiftiSeries` do
 */
export async function openImage(path: string, timing = false): Promise<NiftiImage> {
  const kind = await sniffFile(path);
  if (kind === 'gifti') return openGiftiSeries(path);
  if (kind === 'mgh') {
    const image = await openMgh(path);
    return timing ? withRepetitionTime(image) : image;
  }
  const image = await openNifti(path);
  return isCifti(image.header) ? openCiftiSeries(path) : image;
}

/** MGH gives the TR in milliseconds (FreeSurfer wiki, MghFormat); 0 means that nobody set it. */
async function withRepetitionTime(image: MghImage): Promise<NiftiImage> {
  const pixdim = [...image.header.pixdim];
  pixdim[4] = (await mghRepetitionTime(image)) ?? 0;
  const header = { ...image.header, pixdim, timeUnit: 'ms' as const };
  const { seconds, notices } = repetitionTimeOf(header, basename(image.path));
  return { ...image, header, repetitionTime: seconds, notices: [...image.notices, ...notices] };
}
