import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { parseFreeSurferAnnotation } from '../../../main/formats/freesurfer/annotation.ts';
import { parseFreeSurferCurvature } from '../../../main/formats/freesurfer/curvature.ts';
import { readFreeSurferLabel } from '../../../main/formats/freesurfer/label.ts';
import { openMgh } from '../../../main/formats/freesurfer/mgh.ts';
import { parseFreeSurferSurface } from '../../../main/formats/freesurfer/surface.ts';
import { readGifti } from '../../../main/formats/gifti/gifti.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-surfaces-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;

const points = Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1);

function giftiText(
  encoding: string,
  data: string,
  attributes = '',
  endian = 'LittleEndian',
  order = 'RowMajorOrder',
): string {
  return `<?xml version="1.0"?><GIFTI Version="1.0" NumberOfDataArrays="1"><MetaData><MD><Name><![CDATA[by]]></Name><Value>hand</Value></MD></MetaData>
<DataArray Intent="NIFTI_INTENT_POINTSET" DataType="NIFTI_TYPE_FLOAT32" ArrayIndexingOrder="${order}" Dimensionality="2" Dim0="4" Dim1="3" Encoding="${encoding}" Endian="${endian}" ${attributes}><Data>${data}</Data></DataArray></GIFTI>`;
}

async function readText(text: string | Uint8Array, name = `${made++}.gii`) {
  writeFileSync(join(folder, name), text);
  return readGifti(join(folder, name));
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const raw = new Uint8Array(points.buffer);
const swapped = Buffer.from(raw).swap32();

describe('GIFTI', () => {
  test.each([
    ['ASCII on one line', giftiText('ASCII', [...points].join(' '))],
    [
      'ASCII on odd lines',
      giftiText('ASCII', `${[...points].slice(0, 5).join('\n')}\n${[...points].slice(5).join(' ')}`),
    ],
    ['Base64, little-endian', giftiText('Base64Binary', base64(raw))],
    [
      'Base64 with line ends, big-endian',
      giftiText('Base64Binary', base64(swapped).replace(/(.{20})/g, '$1\n'), '', 'BigEndian'),
    ],
    ['zlib', giftiText('GZipBase64Binary', base64(deflateSync(raw)))],
    ['gzip inside', giftiText('GZipBase64Binary', base64(gzipSync(raw)))],
    [
      'old names of encoding and byte order',
      giftiText('GIFTI_ENCODING_B64BIN', base64(raw), '', 'GIFTI_ENDIAN_LITTLE'),
    ],
    [
      'column-major',
      giftiText(
        'Base64Binary',
        base64(new Uint8Array(Float32Array.of(0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1).buffer)),
        '',
        'LittleEndian',
        'ColumnMajorOrder',
      ),
    ],
  ])('%s', async (_, text) => {
    for (const bytes of [text, gzipSync(text)]) {
      const { arrays, meta } = await readText(bytes);
      expect(arrays[0].shape).toEqual([4, 3]);
      expect([...arrays[0].values]).toEqual([...points]);
      expect(meta).toEqual({ by: 'hand' });
    }
  });

  test('values in a file beside it, never in another folder', async () => {
    writeFileSync(join(folder, 'values.dat'), Buffer.concat([Buffer.alloc(8), raw]));
    const { arrays } = await readText(
      giftiText('ExternalFileBinary', '', 'ExternalFileName="values.dat" ExternalFileOffset="8"'),
    );
    expect([...arrays[0].values]).toEqual([...points]);
    await expect(
      readText(giftiText('ExternalFileBinary', '', 'ExternalFileName="../../etc/passwd"')),
    ).rejects.toMatchObject({
      code: 'gifti.outside-file',
    });
  });

  test.each([
    ['gifti.not-gifti', '<html></html>'],
    ['gifti.damaged', giftiText('ASCII', '1 2 3')],
    ['gifti.damaged', giftiText('ASCII', [...points].join(' ').replace('1', 'one'))],
    ['gifti.damaged', giftiText('GZipBase64Binary', base64(raw))],
    ['gifti.damaged', giftiText('Base64Binary', base64(raw.subarray(0, 20)))],
    ['gifti.damaged', giftiText('ASCII', '').replace('Dim0="4"', 'Dim0="400000000"')],
    ['gifti.damaged', giftiText('ASCII', '1').slice(0, -20)],
    ['gifti.unknown-type', giftiText('ASCII', '1').replace('FLOAT32', 'RGB24')],
  ])('%s', async (code, text) => {
    await expect(readText(text)).rejects.toMatchObject({ code });
  });
});

describe('FreeSurfer', () => {
  function triangleFile(faces: number[], footer = ''): Uint8Array {
    const head = Buffer.from('\xff\xff\xfecreated by hand\n\n', 'latin1');
    const body = Buffer.alloc(8 + 48 + 4 * faces.length);
    body.writeInt32BE(4, 0);
    body.writeInt32BE(faces.length / 3, 4);
    points.forEach((value, n) => {
      body.writeFloatBE(value, 8 + 4 * n);
    });
    faces.forEach((vertex, n) => {
      body.writeInt32BE(vertex, 56 + 4 * n);
    });
    return Buffer.concat([head, body, Buffer.from(footer)]);
  }

  test('triangle surface with its footer', () => {
    const surface = parseFreeSurferSurface(
      triangleFile([0, 1, 2, 0, 2, 3], 'valid = 1\ncras = 1.5 -2 3\n'),
      'x',
    );
    expect([...surface.coordinates]).toEqual([...points]);
    expect([...surface.triangles]).toEqual([0, 1, 2, 0, 2, 3]);
    expect(surface.comment).toBe('created by hand');
    expect(surface.centre).toEqual([1.5, -2, 3]);
    for (const bytes of [triangleFile([0, 1, 9]), triangleFile([0, 1, 2]).subarray(0, 50)]) {
      expect(() => parseFreeSurferSurface(bytes, 'x')).toThrow(
        expect.objectContaining({ code: 'freesurfer.damaged' }),
      );
    }
  });

  test('old quad surface: hundredths of a millimetre, each quad two triangles', () => {
    const bytes = Buffer.alloc(9 + 24 + 12);
    bytes.writeUIntBE(0xffffff, 0, 3);
    bytes.writeUIntBE(4, 3, 3);
    bytes.writeUIntBE(1, 6, 3);
    points.forEach((value, n) => {
      bytes.writeInt16BE(100 * value, 9 + 2 * n);
    });
    [0, 1, 2, 3].forEach((vertex, n) => {
      bytes.writeUIntBE(vertex, 33 + 3 * n, 3);
    });
    const { coordinates, triangles } = parseFreeSurferSurface(bytes, 'x');
    expect([...coordinates]).toEqual([...points]);
    expect([...triangles]).toEqual([0, 1, 3, 2, 3, 1]);
  });

  test('curvature, new and old', () => {
    const fresh = Buffer.alloc(15 + 8);
    fresh.writeUIntBE(0xffffff, 0, 3);
    [2, 5, 1].forEach((value, n) => {
      fresh.writeInt32BE(value, 3 + 4 * n);
    });
    fresh.writeFloatBE(0.5, 15);
    fresh.writeFloatBE(-0.25, 19);
    expect([...parseFreeSurferCurvature(fresh, 'x').values]).toEqual([0.5, -0.25]);
    const old = Buffer.alloc(6 + 4);
    old.writeUIntBE(2, 0, 3);
    old.writeInt16BE(50, 6);
    old.writeInt16BE(-25, 8);
    expect([...parseFreeSurferCurvature(old, 'x').values]).toEqual([0.5, -0.25]);
    expect(() => parseFreeSurferCurvature(fresh.subarray(0, 18), 'x')).toThrow(
      expect.objectContaining({ code: 'freesurfer.damaged' }),
    );
  });

  test('annotation, both versions of the table; unknown colours are unassigned', () => {
    const int = (...values: number[]): Buffer => {
      const bytes = Buffer.alloc(4 * values.length);
      for (const [n, value] of values.entries()) bytes.writeInt32BE(value, 4 * n);
      return bytes;
    };
    const text = (value: string): Buffer => Buffer.concat([int(value.length + 1), Buffer.from(`${value}\0`)]);
    const vertices = int(3, 0, 10, 1, 0, 2, 77);
    const first = [
      vertices,
      int(1, 2),
      text('table'),
      text('unknown'),
      int(0, 0, 0, 0),
      text('V1'),
      int(10, 0, 0, 0),
    ];
    const second = [
      vertices,
      int(1, -2, 5),
      text('table'),
      int(2, 0),
      text('unknown'),
      int(0, 0, 0, 0, 4),
      text('V1'),
      int(10, 0, 0, 0),
    ];
    for (const parts of [first, second]) {
      const { labels, table } = parseFreeSurferAnnotation(Buffer.concat(parts), 'x');
      expect(table.map(({ name }) => name)).toEqual(['unknown', 'V1']);
      expect([...labels]).toEqual([1, 0, -1]);
    }
  });

  test('label', async () => {
    const path = join(folder, 'x.label');
    writeFileSync(path, '#!ascii label, from subject x\n2\n7 1 2 3 0.5\n9 4 5 6 0\n');
    const { vertices, coordinates, values } = await readFreeSurferLabel(path);
    expect([[...vertices], [...coordinates], [...values]]).toEqual([
      [7, 9],
      [1, 2, 3, 4, 5, 6],
      [0.5, 0],
    ]);
    writeFileSync(path, '#!ascii label\n1\n7 1 2 3\n');
    await expect(readFreeSurferLabel(path)).rejects.toMatchObject({ code: 'freesurfer.not-label' });
  });

  test('MGH without orientation takes the coronal default; a short file is named as cut', async () => {
    const bytes = Buffer.alloc(284 + 16);
    [1, 2, 2, 2, 1, 4, 0].forEach((value, n) => {
      bytes.writeInt32BE(value, 4 * n);
    });
    for (let n = 0; n < 8; n++) bytes.writeInt16BE(n - 3, 284 + 2 * n);
    const path = join(folder, 'x.mgh');
    writeFileSync(path, bytes);
    const image = await openMgh(path);
    expect(image.affine).toEqual([
      [-1, 0, 0, 1],
      [0, 0, 1, -1],
      [0, -1, 0, 1],
      [0, 0, 0, 1],
    ]);
    expect(image.notices.map(({ code }) => code)).toEqual(['mgh.no-orientation']);
    for await (const { data } of image.volumes()) expect([...data]).toEqual([-3, -2, -1, 0, 1, 2, 3, 4]);
    writeFileSync(path, bytes.subarray(0, 290));
    const values = (await openMgh(path)).volumes();
    await expect(values.next()).rejects.toMatchObject({ code: 'nifti.no-image-data' });
  });
});
