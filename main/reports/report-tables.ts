import type { EncodingResult, Recovery } from '../contract/encoding.ts';
import { csvLink } from './data-links.ts';
import { escapeText } from './figures/svg.ts';
import { decimals, htmlTable } from './html-table.ts';
import { regionName } from './words/region-names.ts';
import { fill, type ReportWords } from './words/report-words.ts';

/** "hidden_1 ×2, hidden_2": layers with how many subjects chose them. */
function layerCounts(layers: readonly string[]): string {
  const names = [...new Set(layers)].sort();
  return names
    .map((name) => ({ name, count: layers.filter((layer) => layer === name).length }))
    .sort((a, b) => b.count - a.count)
    .map(({ name, count }) => (layers.length > 1 ? `${name} ×${count}` : name))
    .join(', ');
}

/** All regions over subjects, best first, and the per-subject rows as CSV. */
export function regionTable(result: EncodingResult, words: ReportWords): string {
  const { columns } = words;
  const controls = result.controls.map(({ id }) => id);
  const rows = [...result.group]
    .sort((a, b) => b.medianR - a.medianR)
    .map((region) => [
      regionName(region.region, words.language),
      decimals(region.medianR),
      `${decimals(region.minR, 2)} … ${decimals(region.maxR, 2)}`,
      decimals(region.medianCeiling),
      layerCounts(region.chosenLayers),
      ...controls.map((control) => decimals(region.controls[control])),
    ]);
  const heading = [
    columns.region,
    columns.medianR,
    columns.range,
    columns.ceiling,
    columns.layer,
    ...controls.map((control) => words.controlNames[control] ?? control),
  ];
  const values = result.subjects.flatMap((subject) =>
    subject.regions.map((region) => [
      region.subject,
      region.region,
      region.voxels,
      region.medianR,
      region.medianRSquared,
      region.medianCeiling ?? '',
      region.normalisedR ?? '',
      region.significantShare,
      region.chosenLayer,
      ...controls.map((control) => region.controls[control]),
    ]),
  );
  const names = [
    'subject',
    'region',
    'voxels',
    'median_r',
    'median_r2',
    'median_ceiling',
    'r_over_ceiling',
    'significant_share',
    'layer',
    ...controls,
  ];
  return `${htmlTable(heading, rows)}<p>${csvLink('regions', words.csv, [names, ...values])}</p>`;
}

/** Planted against recovered, with the checks beneath. */
export function recoveryTable(recovery: Recovery, words: ReportWords): string {
  const { columns } = words;
  const controls = Object.keys(recovery.rows[0]?.controls ?? {});
  const rows = recovery.rows.map((row) => [
    regionName(row.region, words.language),
    row.plantedLayer ?? columns.wordRate,
    decimals(row.plantedStrength, 2),
    decimals(row.predictedR),
    decimals(row.recoveredR),
    decimals(row.simulatedCeiling),
    decimals(row.estimatedCeiling),
    layerCounts(row.chosenLayers),
    ...controls.map((control) => decimals(row.controls[control])),
  ]);
  const heading = [
    columns.region,
    columns.tunedTo,
    columns.strength,
    columns.predictedR,
    columns.recoveredR,
    columns.ceiling,
    columns.estimatedCeiling,
    columns.layer,
    ...controls.map((control) => words.controlNames[control] ?? control),
  ];
  const names = [
    'region',
    'tuned_to',
    'strength',
    'predicted_r',
    'recovered_r',
    'ceiling',
    'estimated_ceiling',
    'layers',
    ...controls,
  ];
  const values = recovery.rows.map((row) => [
    row.region,
    row.plantedLayer ?? 'word rate',
    row.plantedStrength,
    row.predictedR,
    row.recoveredR,
    row.simulatedCeiling,
    row.estimatedCeiling ?? '',
    row.chosenLayers.join(' '),
    ...controls.map((control) => row.controls[control]),
  ]);
  const checks = recovery.checks.map(
    ({ name, holds, sentence, numbers }) =>
      `<li><b class="${holds ? 'holds' : 'fails'}">${holds ? words.holds : words.fails}</b>${escapeText(
        Object.keys(numbers).length === 0 ? sentence : fill(words.checks[name] ?? sentence, numbers),
      )}</li>`,
  );
  return `${htmlTable(heading, rows)}<ul class="checks">${checks.join('')}</ul><p>${csvLink('recovered', words.csv, [names, ...values])}</p>`;
}
