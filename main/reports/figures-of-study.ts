import type { EncodingResult, EncodingSubject, LayerProfile } from '../contract/encoding.ts';
import type { Project } from '../data/project.ts';
import type { BrainCanvas } from './brain-figures.ts';
import { csvLink } from './data-links.ts';
import { colourBar } from './figures/colour-bar.ts';
import { histogramFigure } from './figures/histogram.ts';
import { layerProfileFigure } from './figures/layer-profile.ts';
import { escapeText } from './figures/svg.ts';
import { timeCourseFigure } from './figures/time-course.ts';
import type { VoxelMap } from './figures/volume-sampler.ts';
import { decimals } from './html-table.ts';
import { regionName } from './words/region-names.ts';
import { fill, type ReportWords } from './words/report-words.ts';

/** Held-out r of a subject, 0 where it is not significant. */
export function significantMap(project: Project, subject: EncodingSubject, level: number): VoxelMap {
  const space = project.spaces.get(subject.spaceId);
  const r = project.arrays.readAs(subject.arrays.r, 'float32').data;
  const q = project.arrays.readAs(subject.arrays.q, 'float32').data;
  return {
    shape: space.shape,
    affine: space.affine,
    voxelIndex: project.arrays.readAs(subject.arrays.voxelIndex, 'uint32').data,
    values: r.map((value, voxel) => (q[voxel] <= level ? value : 0)),
  };
}

/** Surface views, slices and one colour bar; a row of each per subject. */
export async function mapFigure(
  project: Project,
  result: EncodingResult,
  canvas: BrainCanvas,
  words: ReportWords,
): Promise<string> {
  const level = result.params.fdrLevel;
  const maps = result.subjects.map((subject) => significantMap(project, subject, level));
  const highest = Math.max(
    0.1,
    ...maps.map((map) => map.values.reduce((a, b) => Math.max(a, Math.abs(b)), 0)),
  );
  const limit = Math.ceil(highest * 10) / 10;
  const thresholds = result.subjects.flatMap(({ thresholdR }) => (thresholdR === null ? [] : [thresholdR]));
  const threshold = Math.max(0.001, thresholds.length === 0 ? limit : Math.min(...thresholds));
  const rows: string[] = [];
  for (const [index, subject] of result.subjects.entries()) {
    const views = await canvas.surfaces(maps[index], limit, threshold);
    const name = `sub-${escapeText(subject.subject)}`;
    const surfaces =
      views === null
        ? ''
        : `<div class="views">${(['left', 'right', 'top'] as const)
            .map((side) => `<img alt="${name}, ${words[side]}" src="${views[side]}">`)
            .join('')}</div>`;
    const slices = canvas.slices(maps[index], limit, threshold);
    rows.push(
      `<div class="map"><h3>${name}</h3><div>${surfaces}<div class="brain"><img class="slices" alt="${name}" src="${slices}"><i class="l">L</i><i class="r">R</i></div></div></div>`,
    );
  }
  const heights = canvas.sliceHeights.map((z) => `<span>z ${String(z).replace('-', '−')}</span>`).join('');
  const labels = `<div class="map"><span></span><div class="labels">${heights}</div></div>`;
  const bar = `<div class="map"><span></span><div>${colourBar(limit, threshold, words.axes.r)}</div></div>`;
  const caption = fill(words.mapsCaption, { level });
  return `<figure>${rows.join('')}${labels}${bar}<figcaption>${caption}</figcaption></figure>`;
}

/** How many regions get a panel, and the share of significant voxels a region needs in some subject. */
const PANELS = 6;
const LEAST_SHARE = 0.2;

/** Layer profiles of the best regions: mean over subjects with their range, or over voxels where there is one subject. */
export function profileFigure(result: EncodingResult, words: ReportWords): string {
  const tuned = new Set(
    result.subjects.flatMap(({ regions }) =>
      regions.filter((region) => region.significantShare >= LEAST_SHARE).map((region) => region.region),
    ),
  );
  const best = [...result.group]
    .filter((region) => region.region !== 'all voxels' && tuned.has(region.region))
    .sort((a, b) => b.medianR - a.medianR)
    .slice(0, PANELS)
    .map((region) => region.region);
  const regions = best.length > 0 ? best : [result.group[0].region];
  const profiles = regions.map((region) => {
    const own = result.subjects.flatMap((subject) =>
      subject.layerProfiles.filter((profile) => profile.region === region),
    );
    return own.length === 1 ? own[0] : overSubjects(own);
  });
  const points = profiles.flatMap((profile) => [...profile.layers, ...profile.controls]);
  const low = Math.min(0, ...points.map((point) => point.low));
  const high = Math.max(
    0.05,
    ...points.map((point) => point.high),
    ...profiles.map((profile) => profile.ceiling ?? 0),
  );
  const domain = [Math.floor(low * 10) / 10, Math.ceil(high * 10) / 10] as const;
  const labels = { x: words.axes.layersAndControls, y: words.axes.meanR, ceiling: words.legend.ceiling };
  const panels = profiles.map((profile) =>
    layerProfileFigure(
      {
        title: regionName(profile.region, words.language),
        models: [profile.layers.map((layer) => ({ ...layer, name: layer.layer }))],
        controls: profile.controls.map((control) => ({
          ...control,
          name: words.controlNames[control.control] ?? control.control,
        })),
        ceiling: profile.ceiling,
      },
      labels,
      domain,
    ),
  );
  const values = result.subjects.flatMap((subject) =>
    subject.layerProfiles.flatMap((profile) => [
      ...profile.layers.map(({ layer, mean, low: l, high: h }) => [
        subject.subject,
        profile.region,
        layer,
        mean,
        l,
        h,
      ]),
      ...profile.controls.map(({ control, mean, low: l, high: h }) => [
        subject.subject,
        profile.region,
        control,
        mean,
        l,
        h,
      ]),
    ]),
  );
  const bars = result.subjects.length > 1 ? words.rangeOverSubjects : words.overVoxels;
  const link = csvLink('layer-profiles', words.csv, [
    ['subject', 'region', 'model', 'mean_r', 'low', 'high'],
    ...values,
  ]);
  return `<figure><div class="panels">${panels.join('')}</div><figcaption>${fill(words.profilesCaption, { bars })} ${link}</figcaption></figure>`;
}

function overSubjects(profiles: readonly LayerProfile[]): LayerProfile {
  const combine = (values: readonly number[]): { mean: number; low: number; high: number } => ({
    mean: values.reduce((a, b) => a + b, 0) / values.length,
    low: Math.min(...values),
    high: Math.max(...values),
  });
  const [first] = profiles;
  const ceilings = profiles.flatMap((profile) => (profile.ceiling === null ? [] : [profile.ceiling]));
  return {
    region: first.region,
    layers: first.layers.map(({ layer }, index) => ({
      layer,
      ...combine(profiles.map((profile) => profile.layers[index].mean)),
    })),
    controls: first.controls.map(({ control }, index) => ({
      control,
      ...combine(profiles.map((profile) => profile.controls[index].mean)),
    })),
    ceiling: ceilings.length === 0 ? null : combine(ceilings).mean,
  };
}

/** One histogram per subject. */
export function histogramsFigure(result: EncodingResult, words: ReportWords): string {
  const level = result.params.fdrLevel;
  const panels = result.subjects.map((subject) =>
    histogramFigure(
      subject.histogram.observed,
      subject.histogram.null,
      {
        title: `sub-${escapeText(subject.subject)}`,
        x: words.axes.r,
        y: words.axes.share,
        observed: words.legend.observed,
        null: words.legend.null,
        threshold: fill(words.legend.threshold, { level }),
      },
      subject.thresholdR,
    ),
  );
  const values = result.subjects.flatMap(({ subject, histogram }) =>
    histogram.observed.counts.map((count, bin) => [
      subject,
      histogram.observed.edges[bin],
      histogram.observed.edges[bin + 1],
      count,
      histogram.null.counts[bin],
    ]),
  );
  const link = csvLink('scores', words.csv, [['subject', 'from', 'to', 'observed', 'permuted'], ...values]);
  return `<figure><div class="panels">${panels.join('')}</div><figcaption>${words.histogramCaption} ${link}</figcaption></figure>`;
}

/** Measured against predicted signal in the best voxel of the first subject. */
export function bestVoxelFigure(project: Project, result: EncodingResult, words: ReportWords): string {
  const [subject] = result.subjects;
  const r = project.arrays.readAs(subject.arrays.r, 'float32').data;
  let voxel = 0;
  for (let v = 1; v < r.length; v += 1) if (r[v] > r[voxel]) voxel = v;
  const column = (id: string): Float32Array =>
    project.arrays.readAs(id, 'float32', [null, { start: voxel, stop: voxel + 1 }]).data;
  const measured = column(subject.arrays.measured);
  const predicted = column(subject.arrays.predicted);
  const space = project.spaces.get(subject.spaceId);
  const at = project.arrays.readAs(subject.arrays.voxelIndex, 'uint32').data[voxel];
  const [ni, nj] = space.shape;
  const ijk = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
  const [x, y, z] = space.affine.map((row) =>
    decimals(row[0] * ijk[0] + row[1] * ijk[1] + row[2] * ijk[2] + row[3], 0),
  );
  const boundaries = subject.segments.slice(1).map((segment) => segment.start);
  const labels = {
    title: '',
    x: words.axes.time,
    y: words.axes.z,
    measured: words.legend.measured,
    predicted: words.legend.predicted,
  };
  const drawing = timeCourseFigure(measured, predicted, subject.samplingInterval, boundaries, labels);
  const of = { subject: escapeText(subject.subject), r: decimals(r[voxel], 2) };
  const part = space.surface?.parts.find(({ start, count }) => at >= start && at < start + count);
  const caption =
    part === undefined
      ? fill(words.timeCourseCaption, { ...of, x, y, z })
      : fill(words.placeCaption, { ...of, place: String(at - part.start + 1), part: escapeText(part.name) });
  const rows = Array.from(measured, (value, t) => [t * subject.samplingInterval, value, predicted[t]]);
  const link = csvLink('time-course', words.csv, [['time_s', 'measured_z', 'predicted_z'], ...rows]);
  return `<figure>${drawing}<figcaption>${caption} ${link}</figcaption></figure>`;
}
