import { describe, expect, it } from 'vitest';
import { chartSvg } from '../../../../renderer/viewers/charts/engine.ts';
import { heatRange, heatTableOption } from '../../../../renderer/viewers/charts/heat-table-option.ts';
import { layerProfileOption } from '../../../../renderer/viewers/charts/layer-profile-option.ts';
import { chartLooks } from '../../../../renderer/viewers/charts/look.ts';
import {
  nullScale,
  scoreHistogramOption,
} from '../../../../renderer/viewers/charts/score-histogram-option.ts';
import { timeCourseOption } from '../../../../renderer/viewers/charts/time-course-option.ts';
import { histograms, pearson } from '../../../../renderer/viewers/maths/statistics.ts';

const look = chartLooks.light;

describe('numbers behind the charts', () => {
  it('correlates', () => {
    expect(pearson(Float32Array.of(1, 2, 3), Float32Array.of(2, 4, 6))).toBeCloseTo(1, 12);
    expect(pearson(Float32Array.of(1, 2, 3, 4), Float32Array.of(1, -1, -1, 1))).toBeCloseTo(0, 12);
    expect(pearson(Float32Array.of(1, 1), Float32Array.of(1, 2))).toBeNaN();
  });

  it('bins every finite value once in common bins', () => {
    const [a, b] = histograms([Float32Array.of(0, 0.5, 1, Number.NaN), Float32Array.of(-1, 0.99)], 4);
    expect(Array.from(a.edges)).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(Array.from(a.counts)).toEqual([0, 0, 1, 2]);
    expect(Array.from(b.counts)).toEqual([1, 0, 0, 1]);
  });

  it('scales the null to the area of the observed', () => {
    expect(
      nullScale({ edges: [0, 1, 2], counts: [3, 1] }, { edges: [0, 0.5, 1], counts: [10, 6] }),
    ).toBeCloseTo(4 / 8, 12);
    expect(nullScale({ edges: [0, 1], counts: [3] }, { edges: [0, 1], counts: [0] })).toBe(0);
  });

  it('ranges a heat table symmetrically, blind to missing cells', () => {
    expect(heatRange(Float32Array.of(-1, 0.5, Number.NaN), true)).toEqual([-1, 1]);
    expect(heatRange(Float32Array.of(-1, 0.5), false)).toEqual([-1, 0.5]);
    expect(heatRange(Float32Array.of(Number.NaN), true)).toEqual([0, 1]);
  });
});

describe('charts as SVG', () => {
  it('draws the time course with both names, unit and run marks', () => {
    const props = {
      title: 'v',
      samplingInterval: 2,
      measured: Float32Array.of(0, 1, 0),
      predicted: Float32Array.of(0, 0.5, 0),
      unit: 'z',
      runStarts: [{ sample: 1, label: 'run 2' }],
    };
    const svg = chartSvg(
      timeCourseOption(
        props,
        { time: 'Time', signal: 'Signal', measured: 'Measured', predicted: 'Predicted' },
        look,
      ),
      600,
      300,
      '#fff',
    );
    for (const word of ['Time (s)', 'Signal (z)', 'Measured', 'Predicted', 'run 2'])
      expect(svg).toContain(word);
  });

  it('draws the layer profile with intervals, controls and ceiling', () => {
    const props = {
      title: 'p',
      layers: ['layer 0', 'layer 1'],
      quantity: 'r',
      unit: '',
      intervalName: '95 %',
      series: [{ name: 'Model', mean: [0.1, 0.2], low: [0.05, 0.15], high: [0.15, 0.25] }],
      lines: [
        { name: 'Word rate', value: 0.04, kind: 'control' as const },
        { name: 'Ceiling', value: 0.3, kind: 'ceiling' as const },
      ],
    };
    const svg = chartSvg(layerProfileOption(props, 'Layer', look), 600, 300, '#fff');
    for (const word of ['layer 0', 'Model', 'Word rate', 'Ceiling']) expect(svg).toContain(word);
  });

  it('draws the histogram with its threshold', () => {
    const props = {
      title: 'h',
      observed: { edges: [0, 1, 2], counts: [3, 1] },
      null: { edges: [0, 1, 2], counts: [2, 2] },
      threshold: 1.5,
      quantity: 'r',
      unit: '',
    };
    const svg = chartSvg(
      scoreHistogramOption(
        props,
        { observed: 'Observed', null: 'Null', count: 'Voxels', threshold: 'limit 1.5' },
        look,
      ),
      600,
      300,
      '#fff',
    );
    for (const word of ['Observed', 'Null', 'Voxels', 'limit 1.5']) expect(svg).toContain(word);
  });

  it('writes numbers into the cells of a heat table', () => {
    const props = {
      title: 't',
      rows: ['STG'],
      columns: ['a', 'b'],
      values: Float32Array.of(0.25, Number.NaN),
      quantity: 'r',
      unit: '',
    };
    const svg = chartSvg(heatTableOption(props, look), 400, 200, '#fff');
    expect(svg).toContain('0.25');
    expect(svg).toContain('STG');
  });
});
