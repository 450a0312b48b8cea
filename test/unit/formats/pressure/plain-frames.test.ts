import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { npyBytes } from '../../../../main/formats/npy/npy.ts';
import { readNpz } from '../../../../main/formats/npy/npz.ts';
import { cellHealth } from '../../../../main/formats/pressure/cell-health.ts';
import { scanCells } from '../../../../main/formats/pressure/cells.ts';
import { findCorruptFrames } from '../../../../main/formats/pressure/corrupt-frames.ts';
import type { FrameLinesRecording } from '../../../../main/formats/pressure/frame-lines.ts';
import { guessLayout } from '../../../../main/formats/pressure/layout-guess.ts';
import { openPressure } from '../../../../main/formats/pressure/open-pressure.ts';
import { zipOf } from '../zip-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-frames-'));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A smooth lying body: two hills, so that rows and columns are told apart by smoothness. */
function body(rows: number, cols: number, shift = 0): Float32Array {
  return Float32Array.from({ length: rows * cols }, (_, at) => {
    const [row, col] = [Math.floor(at / cols), at % cols];
    const hill = (r: number, c: number, wide: number) =>
      Math.exp(-(((row - r) / wide) ** 2) - ((col - c) / (wide / 2)) ** 2);
    return Math.round(
      400 * (hill(rows / 4 + shift, cols / 2, rows / 8) + hill(rows * 0.6, cols / 3, rows / 6)),
    );
  });
}

describe('cells', () => {
  test('commas, tabs, semicolons, absent cells and decimal commas', () => {
    const cells = new Float32Array(6);
    expect(scanCells('1, 2.5\tB;-;1e2 x', cells)).toEqual({ count: 6, bad: 1 });
    expect([...cells]).toEqual([1, 2.5, Number.NaN, Number.NaN, 100, Number.NaN]);
    expect(scanCells('1,5;-2,25', cells, 0, true)).toEqual({ count: 2, bad: 0 });
    expect([...cells.subarray(0, 2)]).toEqual([1.5, -2.25]);
  });

  test('any numbers come back as written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true })), { minLength: 1 }),
        fc.constantFrom(',', '\t', ';', ' ', '  '),
        (numbers, mark) => {
          const cells = new Float32Array(numbers.length);
          const scanned = scanCells(numbers.join(mark), cells);
          expect(scanned).toEqual({ count: numbers.length, bad: 0 });
          expect([...cells]).toEqual(numbers.map((value) => Math.fround(Number(String(value)))));
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('one frame a line', () => {
  test.each([
    [64, 32],
    [32, 64],
    [24, 36],
    [48, 30],
  ])('%i × %i is found from smoothness', (rows, cols) => {
    const [best] = guessLayout([body(rows, cols), body(rows, cols, 2)]);
    expect([best.rows, best.cols]).toEqual([rows, cols]);
  });

  test('a recording of 64 × 32, also as gzip', async () => {
    const text = [body(64, 32), body(64, 32, 3)].map((frame) => frame.join('\t')).join('\n');
    for (const path of [file('pmd.txt', text), file('pmd.txt.gz', gzipSync(text))]) {
      const recording = (await openPressure(path)) as FrameLinesRecording;
      expect(recording).toMatchObject({
        format: 'pmd',
        rows: 64,
        cols: 32,
        frameCount: 2,
        corruptFrames: [],
      });
      expect(recording.notices.map(({ code }) => code)).toEqual(['pressure.layout-guessed']);
      expect(await recording.frame(1)).toEqual(body(64, 32, 3));
      await recording.close();
    }
  });

  test('headings R0C0 tell the layout; a layout that is given wins', async () => {
    const heading = Array.from({ length: 6 }, (_, at) => `R${Math.floor(at / 3)}C${at % 3}`).join(',');
    const named = await openPressure(file('named.csv', `${heading}\n1,2,3,4,5,6\n`));
    expect(named).toMatchObject({ rows: 2, cols: 3, frameCount: 1, notices: [] });
    await named.close();
    const line = body(32, 16).join(' ');
    const given = await openPressure(file('given.txt', `${line}\n${line}\n`), {
      layout: { rows: 16, cols: 32 },
    });
    expect(given).toMatchObject({ rows: 16, cols: 32 });
    await given.close();
    await expect(openPressure(file('odd.txt', line), { layout: { rows: 5, cols: 5 } })).rejects.toMatchObject(
      {
        code: 'pressure.damaged',
      },
    );
  });

  test('a short line is named when it is read; a last one that was cut off is left out and said', async () => {
    const line = body(32, 16).join(' ');
    const cut = await openPressure(file('cut.txt', `${line}\n${line}\n${line.slice(0, -20)}`));
    expect(cut.frameCount).toBe(2);
    expect(cut.notices.map(({ code }) => code)).toContain('pressure.cut-off');
    await cut.close();
    const layout = { rows: 32, cols: 16 };
    const lines = [...Array<string>(6).fill(line), line.slice(0, -20), line];
    const inner = await openPressure(file('short.txt', lines.join('\n')), { layout });
    await expect(inner.frame(6)).rejects.toMatchObject({ code: 'pressure.damaged' });
    await inner.close();
  });
});

describe('broken cells', () => {
  test('one stuck high and one silent among loaded neighbours are found, and nothing else', async () => {
    const hot = 5 * 32 + 3;
    const dead = 16 * 32 + 16;
    const lines = Array.from({ length: 6 }, (_, shift) => {
      const frame = body(64, 32, shift);
      frame[hot] = 900;
      frame[dead] = 0;
      return frame.join('\t');
    });
    const recording = await openPressure(file('broken.txt', lines.join('\n')));
    expect(await cellHealth(recording)).toEqual({ hot: [hot], dead: [dead] });
    await recording.close();
  });
});

describe('frames garbled at the start', () => {
  const frames =
    (...list: number[][]) =>
    (index: number) =>
      Promise.resolve(Float32Array.from(list[index]));

  test('high bytes in the wrong place are flagged, and the all but empty frame before them', async () => {
    const good = [13, 27, 501, 90];
    const read = frames([0, 0, 2, 0], [1024, 2048, 256, 3], good, good);
    expect(await findCorruptFrames(4, read)).toEqual([0, 1]);
  });

  test('a mat that is empty at first is not called corrupt', async () => {
    expect(await findCorruptFrames(2, frames([0, 1, 2, 0], [40, 50, 60, 70]))).toEqual([]);
  });
});

test('blocks of rows behind headings, with their times', async () => {
  const frame = (at: number, time: string) =>
    `Frame Index: ${at}, Measurement Time(sec): ${time}\n1 2 3\n4 5 6\n\n`;
  const recording = await openPressure(
    file('blocks.txt', frame(0, '0.120') + frame(1, '0.160') + frame(2, '0.200')),
  );
  expect(recording).toMatchObject({ format: 'frame-blocks', rows: 2, cols: 3, frameCount: 3 });
  expect(recording.rate).toBeCloseTo(25, 6);
  await recording.close();
});

test('one block of bare numbers is one frame (PhysioNet experiment II)', async () => {
  const rows = Array.from({ length: 64 }, (_, row) =>
    body(64, 27)
      .subarray(row * 27, row * 27 + 27)
      .join(' '),
  );
  const recording = await openPressure(file('B1.txt', rows.join('\n')));
  expect(recording).toMatchObject({ format: 'frame-blocks', rows: 64, cols: 27, frameCount: 1 });
  await recording.close();
});

test('SLP folder: kPa by the factors of the cover and posture', async () => {
  const subject = join(folder, '00001');
  mkdirSync(join(subject, 'PMarray', 'cover1'), { recursive: true });
  const raw = Uint8Array.from({ length: 12 }, (_, at) => at);
  for (const name of ['000001', '000002']) {
    writeFileSync(join(subject, 'PMarray', 'cover1', `${name}.npy`), npyBytes({ shape: [4, 3], data: raw }));
  }
  const factors = Float64Array.from({ length: 6 }, (_, at) => at / 2);
  writeFileSync(join(subject, 'PMcali.npy'), npyBytes({ shape: [3, 2], data: factors }));
  const recording = await openPressure(subject);
  expect(recording).toMatchObject({ format: 'slp', rows: 4, cols: 3, frameCount: 2, unit: 'kPa' });
  expect((await recording.frame(1))[4]).toBe(4 * 1.5);
});

describe('NumPy archives', () => {
  const npy = npyBytes({ shape: [2, 2, 2], data: Float32Array.from([0, 1, 2, 3, 4, 5, Number.NaN, 7]) });

  test('frames from stored and deflated members', async () => {
    for (const deflated of [false, true]) {
      const path = file('a.npz', zipOf({ 'pressure.npy': npy }, deflated));
      expect([...(await readNpz(path)).keys()]).toEqual(['pressure']);
      const recording = await openPressure(path);
      expect(recording).toMatchObject({ rows: 2, cols: 2, frameCount: 2 });
      expect([...(await recording.frame(1))]).toEqual([4, 5, Number.NaN, 7]);
    }
  });

  test('a cut or altered archive is refused', async () => {
    const whole = zipOf({ 'pressure.npy': npy }, false);
    const altered = whole.slice();
    altered[140] ^= 255;
    for (const bytes of [whole.subarray(0, whole.length - 30), altered]) {
      await expect(readNpz(file('bad.npz', bytes))).rejects.toMatchObject({ code: 'zip.damaged' });
    }
  });
});
