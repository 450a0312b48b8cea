import type { ImportPreview } from '../../contract/importing.ts';
import type { NiftiImage, SurfaceLayout } from '../../formats/nifti/types.ts';

/** Volumes and rows that a carpet has at most. */
const VOLUMES = 240;
const ROWS = 120;
/** Standard deviations shown as black and white. */
const LIMIT = 2.5;

/**
 * A carpet plot (Power 2017, NeuroImage 154): the courses of places spread evenly over each part, standardised over
 * the first volumes. Constant places are left out.
 */
export async function carpetOf(
  image: NiftiImage,
  layout: SurfaceLayout,
  signal?: AbortSignal,
): Promise<NonNullable<ImportPreview['carpet']>> {
  const width = Math.min(VOLUMES, image.volumeCount);
  const places = spread(layout, image.grid[0]);
  const courses = places.map(() => new Float32Array(width));
  for await (const { index, data } of image.volumes({
    count: width,
    reuse: true,
    ...(signal ? { signal } : {}),
  }))
    for (const [row, { place }] of places.entries()) courses[row][index] = data[place];
  const pixels: number[] = [];
  const parts: { name: string; rows: number }[] = [];
  for (const [row, course] of courses.entries()) {
    const mean = course.reduce((sum, value) => sum + value, 0) / width;
    const deviation = Math.sqrt(course.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width);
    if (!(deviation > 0)) continue;
    for (const value of course) {
      const share = ((value - mean) / deviation / LIMIT + 1) / 2;
      pixels.push(Math.round(255 * Math.min(1, Math.max(0, share))));
    }
    const { name } = places[row];
    const last = parts.at(-1);
    if (last?.name === name) last.rows += 1;
    else parts.push({ name, rows: 1 });
  }
  return { width, height: pixels.length / width, pixels, parts };
}

/** Evenly spaced places, with the name of the part that each belongs to. */
function spread({ parts }: SurfaceLayout, count: number): { place: number; name: string }[] {
  const step = Math.max(1, count / ROWS);
  return Array.from({ length: Math.min(count, ROWS) }, (_, row) => {
    const place = Math.floor((row + 0.5) * step);
    const part = parts.find(({ start, count: size }) => place >= start && place < start + size);
    return { place, name: part?.name ?? '' };
  });
}
