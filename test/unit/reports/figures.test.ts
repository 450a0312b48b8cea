import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvText } from '../../../main/reports/data-links.ts';
import { divergingColour } from '../../../main/reports/figures/colour-map.ts';
import { intervalFigure } from '../../../main/reports/figures/interval-chart.ts';
import { pressureFigure } from '../../../main/reports/figures/pressure-map.ts';
import { renderSurface } from '../../../main/reports/figures/surface-image.ts';
import { escapeText, linearScale, ticks } from '../../../main/reports/figures/svg.ts';
import { invertAffine, sampleVoxels } from '../../../main/reports/figures/volume-sampler.ts';
import { decimals } from '../../../main/reports/html-table.ts';
import { en } from '../../../main/reports/words/en.ts';
import { fill } from '../../../main/reports/words/report-words.ts';
import { zh } from '../../../main/reports/words/zh.ts';

describe('figures of the report', () => {
  test('a pressure map puts points at the middle of their cells and rings those that are marked', () => {
    const svg = pressureFigure({
      title: 'a <map>',
      values: [0, 1, 2, 3],
      rows: 2,
      cols: 2,
      full: 3,
      box: [100, 100],
      points: [
        [0, 0],
        [1, 1],
      ],
      marked: [1],
    });
    expect(svg).toContain('a &#60;map&#62;');
    expect(svg).toContain('cx="25" cy="25"');
    expect(svg.match(/cx="75" cy="75"/g)).toHaveLength(2);
  });

  test('intervals stand where their numbers are: twice the value, twice as far from zero', () => {
    const bar = (value: number) => ({ name: 'm', value, low: value, high: value, text: 't', own: true });
    const svg = intervalFigure('title', 'axis', [bar(5), bar(10)]);
    const [first, second] = [...svg.matchAll(/<circle cx="([\d.]+)"/g)].map(([, x]) => Number(x) - 230);
    expect(second / first).toBeCloseTo(2, 2);
  });

  test('the colour map is white-grey at zero, blue below, red above, and ends at its limit', () => {
    expect(divergingColour(0, 1)).toEqual([247, 247, 247]);
    expect(divergingColour(-1, 1)).toEqual([5, 48, 97]);
    expect(divergingColour(7, 1)).toEqual([103, 0, 31]);
  });

  test('ticks are round, ascending and inside the domain', () => {
    expect(ticks([0, 1], 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    fc.assert(
      fc.property(
        fc.double({ min: -1e3, max: 1e3, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e4, noNaN: true }),
        (low, span) => {
          const values = ticks([low, low + span], 5);
          expect(values.length).toBeLessThan(13);
          for (let i = 1; i < values.length; i += 1) expect(values[i]).toBeGreaterThan(values[i - 1]);
        },
      ),
    );
  });

  test('scales are linear', () => {
    const scale = linearScale([0, 10], [100, 0]);
    expect([0, 5, 10].map(scale)).toEqual([100, 50, 0]);
  });

  test('voxels are found by millimetres, neighbours only within reach', () => {
    const affine = [
      [-3, 0, 0, 9],
      [0, 3, 0, -6],
      [0, 0, 3, -3],
      [0, 0, 0, 1],
    ];
    const map = {
      shape: [6, 5, 4] as const,
      affine,
      voxelIndex: Uint32Array.of(1 + 6 * (2 + 5)),
      values: Float32Array.of(0.7),
    };
    expect(sampleVoxels(map)(6, 0, 0)).toBeCloseTo(0.7);
    expect(sampleVoxels(map)(9, 0, 0)).toBeNaN();
    expect(sampleVoxels(map, 1)(9, 0, 0)).toBeCloseTo(0.7);
    const back = invertAffine(affine);
    expect(back[0].map((value) => Math.round(value * 1000) / 1000 + 0)).toEqual([-0.333, 0, 0, 3]);
  });

  test('a triangle facing the viewer is drawn in its colour, the rest is transparent', () => {
    const mesh = {
      positions: Float32Array.of(-1, -10, -10, -1, 10, -10, -1, 0, 10),
      triangles: Uint32Array.of(0, 2, 1),
    };
    const paint = { values: Float32Array.of(1, 1, 1), limit: 1, threshold: 0.1 };
    const { data, width } = renderSurface(mesh, paint, 'left', 40);
    const centre = 4 * (24 * width + 20);
    expect(data[centre + 3]).toBe(255);
    expect(data[centre]).toBeGreaterThan(data[centre + 2] + 40);
    expect(data[3]).toBe(0);
  });
});

describe('text of the report', () => {
  test('CSV quotes what needs it', () => {
    expect(
      csvText([
        ['a,b', 'say "x"', 1.5],
        ['plain', '', -2],
      ]),
    ).toBe('"a,b","say ""x""",1.5\r\nplain,,-2\r\n');
  });

  test('markup in names is text', () => {
    expect(escapeText('<img onerror="x">')).not.toMatch(/[<>"]/);
  });

  test('no negative zero, a true minus, a dash for nothing', () => {
    expect([decimals(-0.0001), decimals(-0.5), decimals(null)]).toEqual(['0.000', '−0.500', '–']);
  });

  test('both languages have the same blanks', () => {
    const blanks = (words: object): string[] =>
      Object.entries(words).flatMap(([key, value]): string[] =>
        typeof value === 'string'
          ? (value.match(/\{\w+\}/g) ?? []).map((blank) => `${key} ${blank}`).sort()
          : blanks(value).map((inner) => `${key}.${inner}`),
      );
    expect(blanks(zh)).toEqual(blanks(en));
    expect(fill('q ≤ {level}', { level: 0.05 })).toBe('q ≤ 0.05');
  });
});
