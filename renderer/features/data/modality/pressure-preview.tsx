import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { PlannedPressure, PressurePreview } from '../../../../main/contract/modality-import.ts';
import { trpc } from '../../../api/client.ts';
import { FactList, Section } from '../../../components/fact-list.tsx';
import { baseName, formatSignificant } from '../../../components/format.ts';
import { Answer } from '../../../components/states.tsx';
import { FramePlayer } from '../../../viewers/pressure/frame-player.tsx';
import { MeasureStrip } from '../../../viewers/pressure/measure-strip.tsx';
import { StandAndWalkSections } from './stand-and-walk.tsx';
import { unitText } from './unit-text.ts';

/** Measures shown over time, by their place in the preview's rows. */
const strips = ['peak', 'mean', 'contact area', 'load', 'peak pressure index', 'dispersion index'] as const;

/** Frames, broken cells and measures of one recording as its plan would store them. */
export function PressurePreviewPane({ plan }: { plan: PlannedPressure }) {
  const preview = useQuery({
    ...trpc.modalities.previewPressure.queryOptions(plan),
    placeholderData: keepPreviousData,
  });
  return (
    <Answer query={preview}>
      {(data) => (
        <>
          <Shown preview={data} name={baseName(plan.path)} stale={preview.isFetching} />
          {data.frames.length > 1 && data.placed && <StandAndWalkPart plan={plan} />}
        </>
      )}
    </Answer>
  );
}

/** What all frames in order say; a query of its own, so that the picture does not wait for it. */
function StandAndWalkPart({ plan }: { plan: PlannedPressure }) {
  const told = useQuery({
    ...trpc.modalities.previewStandAndWalk.queryOptions(plan),
    placeholderData: keepPreviousData,
    retry: false,
  });
  return <Answer query={told}>{(data) => <StandAndWalkSections told={data} />}</Answer>;
}

function Shown({ preview, name, stale }: { preview: PressurePreview; name: string; stale: boolean }) {
  const { t, i18n } = useTranslation();
  const { rows, cols, unit, frames, measures, measureNames, hotCells, deadCells } = preview;
  const at = (measure: string) => measureNames.indexOf(measure);
  const series = (measure: string) => measures.map((row) => row[at(measure)] ?? null);
  const most = (values: readonly (number | null)[]) =>
    values.reduce<number | null>(
      (best, value) => (value !== null && (best === null || value > best) ? value : best),
      null,
    );
  const { cell } = preview;
  const shownUnit = unit === 'unknown' ? '?' : unit;
  // Numbered cells have no shape: a row of them is drawn as a strip that can be seen.
  const aspect = !preview.placed ? rows / cols / 0.4 : cell === null ? 1 : cell.width / cell.height;
  // The one sensor of a mat needs no name.
  const sensors = preview.parts.filter(({ side }) => side !== null || preview.parts.length > 1);
  const sums = series('sum');
  /** The frame that bears most: the first ones are often empty. */
  const first = sums.reduce<number>((best, sum, index) => ((sum ?? 0) > (sums[best] ?? 0) ? index : best), 0);
  /** Columns and rows from the left and upper edge: measures are in cm where the size of a cell is known. */
  const centreOf = (row: readonly (number | null)[]): [number, number] | null => {
    const [x, y] = [row[at('centre x')], row[at('centre y')]];
    return x == null || y == null ? null : [x / (cell?.width ?? 1), y / (cell?.height ?? 1)];
  };
  return (
    <div data-testid="pressure-preview" aria-busy={stale}>
      <Section title={name}>
        <FramePlayer
          rows={rows}
          cols={cols}
          aspect={aspect}
          unit={unit === 'unknown' ? '' : unit}
          highest={preview.highest}
          first={first}
          labels={sensors.map(({ name, side, row, col }) => ({
            text: side === null ? name : t(`modalities:pressure.sides.${side}`),
            row,
            col,
          }))}
          hotCells={hotCells}
          deadCells={deadCells}
          frames={frames.map((frame, index) => ({ ...frame, centre: centreOf(measures[index] ?? []) }))}
        />
      </Section>
      <Section title={t('modalities:pressure.measures')}>
        {strips
          .filter((measure) => series(measure).some((value) => value !== null))
          .map((measure) => (
            <MeasureStrip
              key={measure}
              label={t(`modalities:pressure.measure.${measure}`, { unit: shownUnit })}
              values={series(measure)}
              text={t('modalities:pressure.most', {
                value: formatSignificant(most(series(measure)) ?? 0, i18n.language),
              })}
            />
          ))}
      </Section>
      <Section title={t('modalities:pressure.checks')}>
        <FactList
          facts={[
            { label: t('modalities:pressure.cells'), value: `${rows} × ${cols}`, testId: 'preview-cells' },
            { label: t('modalities:unit'), value: unitText(unit, t) },
            { label: t('modalities:pressure.head'), value: t(`modalities:pressure.heads.${preview.head}`) },
            { label: t('modalities:pressure.hot'), value: hotCells.length, testId: 'preview-hot' },
            { label: t('modalities:pressure.dead'), value: deadCells.length },
            {
              label: t('modalities:pressure.corrupt'),
              value:
                frames
                  .filter(({ corrupt }) => corrupt)
                  .map(({ index }) => index + 1)
                  .join(', ') || '–',
            },
          ]}
        />
      </Section>
      <Section title={t('modalities:definitions')}>
        <FactList
          facts={strips.map((measure) => ({
            label: t(`modalities:pressure.measure.${measure}`, { unit: shownUnit }),
            value: t(`modalities:pressure.definition.${measure}`),
          }))}
        />
      </Section>
    </div>
  );
}
