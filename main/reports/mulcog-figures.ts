import type { MulcogCell, MulcogKind, MulcogModel, MulcogResult } from '../contract/mulcog.ts';
import { regionByLandmark } from '../contract/mulcog-places.ts';
import type { Project } from '../data/project.ts';
import { cellColumns } from '../studies/mulcog/cell-items.ts';
import type { BrainCanvas } from './brain-figures.ts';
import { colourBar } from './figures/colour-bar.ts';
import { layerProfileFigure, type ProfilePoint } from './figures/layer-profile.ts';
import { sensorFigure } from './figures/sensor-map.ts';
import { escapeText } from './figures/svg.ts';
import type { MulcogWords } from './words/mulcog-words.ts';
import { fill, type ReportWords } from './words/report-words.ts';

/** What every part of the report needs. */
export interface Sheet {
  readonly result: MulcogResult;
  readonly words: ReportWords;
  readonly own: MulcogWords;
  /** Value at the ends of the colours of all figures of scores. */
  readonly limit: number;
  readonly kindName: (kind: MulcogKind) => string;
}

/** The cell of a kind, model and layer; undefined where the model does not apply. */
export function cellOf(
  { result }: Sheet,
  kind: string,
  model: string,
  layer: string,
): MulcogCell | undefined {
  return result.cells.find((cell) => cell.kind === kind && cell.model === model && cell.layer === layer);
}

/** A model's name in the report's language. */
export function modelName({ own }: Sheet, { id, name }: MulcogModel): string {
  return own.models[id] ?? name;
}

/** Score per layer with interval, controls and the subjects' ceiling: one panel a kind of data, one scale for all. */
export function profilesFigure(sheet: Sheet): string {
  const { result, own, words, kindName } = sheet;
  const panels = result.kinds.map((kind) => {
    const pointsOf = (model: MulcogModel): ProfilePoint[] =>
      model.layers.flatMap((layer) => {
        const cell = cellOf(sheet, kind.id, model.id, layer);
        const name = modelName(sheet, model);
        return cell === undefined
          ? []
          : [{ ...cell, name: model.layers.length === 1 ? name : `${name} ${layer}` }];
      });
    const applying = result.models.map((model) => ({ model, points: pointsOf(model) }));
    const present = applying.filter(({ points }) => points.length > 0);
    return {
      title: kindName(kind),
      models: present.filter(({ model }) => model.kind !== 'control').map(({ points }) => points),
      controls: present.filter(({ model }) => model.kind === 'control').flatMap(({ points }) => points),
      ceiling: kind.ceiling?.value ?? null,
    };
  });
  const all = panels.flatMap(({ models, controls }) => [...models.flat(), ...controls]);
  const low = Math.min(0, ...all.map((point) => point.low));
  const high = Math.max(
    0.05,
    ...all.map((point) => point.high),
    ...panels.map(({ ceiling }) => ceiling ?? 0),
  );
  const domain = [Math.floor(low * 10) / 10, Math.ceil(high * 10) / 10] as const;
  const labels = { x: '', y: own.score, ceiling: words.legend.ceiling };
  const figures = panels.map((panel) => layerProfileFigure(panel, labels, domain));
  return `<figure><div class="panels">${figures.join('')}</div><figcaption>${own.profilesCaption}</figcaption></figure>`;
}

/**
 * Story fMRI, region by region, on the bundled brain: two views for every layer of every model, controls left out.
 * @returns null where no kind has regions whose place is known
 */
export async function brainsFigure(sheet: Sheet, canvas: BrainCanvas): Promise<string | null> {
  const { result, own, words, limit, kindName } = sheet;
  const parts: string[] = [];
  for (const kind of result.kinds) {
    if (kind.unitKind !== 'region') continue;
    const owner = regionByLandmark(kind.units.map(({ name }) => name));
    if (owner.size === 0) continue;
    const brains: string[] = [];
    for (const model of result.models.filter((one) => one.kind !== 'control')) {
      for (const layer of model.layers) {
        const cell = cellOf(sheet, kind.id, model.id, layer);
        if (cell === undefined) continue;
        const scoreOf = (landmark: string): number => cell.units[owner.get(landmark) ?? -1] ?? Number.NaN;
        const name = escapeText(`${modelName(sheet, model)} · ${layer}`);
        const views = await Promise.all(
          (['left', 'right'] as const).map(
            async (side) =>
              `<img alt="${name}, ${words[side]}" src="${await canvas.regions(scoreOf, limit, side)}">`,
          ),
        );
        brains.push(`<div class="pair"><span>${name}</span><div>${views.join('')}</div></div>`);
      }
    }
    parts.push(`<h3>${escapeText(kindName(kind))}</h3><div class="panels">${brains.join('')}</div>`);
  }
  if (parts.length === 0) return null;
  return `<figure>${parts.join('')}${colourBar(limit, 0, own.score)}<figcaption>${own.brainsCaption}</figcaption></figure>`;
}

/**
 * MEG, sensor by sensor and window by window, at the layer of the first model that inner folds chose.
 * @returns null where no kind has sensors with places
 */
export function sensorsFigure(project: Project, runId: string, sheet: Sheet): string | null {
  const { result, own, kindName } = sheet;
  const [model] = result.models;
  const parts = result.kinds.flatMap((kind) => {
    const { sensors } = kind;
    if (sensors === null) return [];
    const windows = kind.units.map(({ name }, unit) => ({
      name,
      values: cellColumns(project, {
        runId,
        kind: kind.id,
        model: model.id,
        layer: 'chosen',
        unit,
        subject: null,
      }),
    }));
    const limit = Math.max(
      0.05,
      ...windows.flatMap(({ values }) => values.map((value) => Math.abs(value ?? 0))),
    );
    const figures = windows.map(({ name, values }) => sensorFigure({ title: name, sensors, values, limit }));
    return [
      `<h3>${escapeText(kindName(kind))}</h3><div class="panels">${figures.join('')}</div>${colourBar(limit, 0, 'r')}`,
    ];
  });
  if (parts.length === 0) return null;
  const caption = fill(own.sensorsCaption, { model: modelName(sheet, model) });
  return `<figure>${parts.join('')}<figcaption>${escapeText(caption)}</figcaption></figure>`;
}
