import { basename } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { isCifti } from '../../formats/cifti/cifti.ts';
import { type MghImage, mghRepetitionTime, openMgh } from '../../formats/freesurfer/mgh.ts';
import { openNifti } from '../../formats/nifti/open.ts';
import { repetitionTimeOf } from '../../formats/nifti/timing.ts';
import type { NiftiImage } from '../../formats/nifti/types.ts';
import { sniffFile } from '../../formats/sniff.ts';

/**
 * Opens a volume image that an fMRI import takes, told by content: NIfTI, Analyze, or MGH plain or gzip (.mgz).
 * @param timing whether the TR is wanted of an MGH file too: it stands behind the voxels, so that a .mgz is unpacked
 *   to its end for it
 * @throws UserError `import.surface-data` for CIFTI and GIFTI; as `sniffFile`, `openNifti` and `openMgh` do
 */
export async function openImage(path: string, timing = false): Promise<NiftiImage> {
  const kind = await sniffFile(path);
  if (kind === 'gifti') throw surfaceData(path);
  if (kind === 'mgh') {
    const image = await openMgh(path);
    return timing ? withRepetitionTime(image) : image;
  }
  const image = await openNifti(path);
  if (isCifti(image.header)) throw surfaceData(path);
  return image;
}

/** The refusal of data on surfaces, which have no voxels to import. */
export function surfaceData(path: string): UserError {
  const file = basename(path);
  return new UserError(
    'import.surface-data',
    `${file} holds data on a cortical surface (GIFTI or CIFTI), which “gyrus inspect” shows but no import takes yet: give the volume image of the same run, such as its _bold.nii.gz.`,
    { file },
  );
}

/** MGH gives the TR in milliseconds (FreeSurfer wiki, MghFormat); 0 means that nobody set it. */
async function withRepetitionTime(image: MghImage): Promise<NiftiImage> {
  const pixdim = [...image.header.pixdim];
  pixdim[4] = (await mghRepetitionTime(image)) ?? 0;
  const header = { ...image.header, pixdim, timeUnit: 'ms' as const };
  const { seconds, notices } = repetitionTimeOf(header, basename(image.path));
  return { ...image, header, repetitionTime: seconds, notices: [...image.notices, ...notices] };
}
