/**
 * A sphere of 70 mm about the origin as GIFTI with ASCII arrays: a surface that is nobody's brain, for tests.
 *
 * @returns the file's text and its number of vertices
 */
export function sphereSurface(rings: number): { text: string; vertices: number } {
  const around = 2 * rings;
  const points: string[] = [];
  const triangles: string[] = [];
  for (let ring = 0; ring <= rings; ring++) {
    for (let step = 0; step < around; step++) {
      const polar = (Math.PI * ring) / rings;
      const turn = (2 * Math.PI * step) / around;
      const place = [Math.sin(polar) * Math.cos(turn), Math.sin(polar) * Math.sin(turn), Math.cos(polar)];
      points.push(place.map((value) => (70 * value).toFixed(4)).join(' '));
      if (ring === rings) continue;
      const next = (step + 1) % around;
      const here = ring * around;
      triangles.push(`${here + step} ${here + around + step} ${here + next}`);
      triangles.push(`${here + next} ${here + around + step} ${here + around + next}`);
    }
  }
  const array = (intent: string, type: string, rows: readonly string[]) =>
    `<DataArray Intent="NIFTI_INTENT_${intent}" DataType="NIFTI_TYPE_${type}" ArrayIndexingOrder="RowMajorOrder" Dimensionality="2" Dim0="${rows.length}" Dim1="3" Encoding="ASCII"><Data>${rows.join('\n')}</Data></DataArray>`;
  const arrays = array('POINTSET', 'FLOAT32', points) + array('TRIANGLE', 'INT32', triangles);
  return {
    text: `<?xml version="1.0"?><GIFTI Version="1.0" NumberOfDataArrays="2">${arrays}</GIFTI>`,
    vertices: points.length,
  };
}
