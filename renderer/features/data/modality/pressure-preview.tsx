import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { PlannedPressure, PressurePreview } from '../../../../main/contract/modality-import.ts';
import { trpc } from '../../../api/client.ts';
import { FactList, Section } from '../../../components/fact-list.tsx';
import { baseName, formatSignificant } from '../../../components/format.ts';
import { Answer } from '../../../components/states.tsx';
import { FramePlayer } from '../../../viewers/pressure/frame-player.tsx';
import { MeasureStrip } from '../../../viewers/pressure/measure-strip.tsx';
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
      {(data) => <Shown preview={data} name={baseName(plan.path)} stale={preview.isFetching} />}
    </Answer>
  );
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
  // Cells, not centimetres: sums of pressure over sizes cancel out only where both are known.
  const centres = frames.map(({ values }) => centreOf(values, cols));
  return (
    <div data-testid="pressure-preview" aria-busy={stale}>
      <Section title={name}>
        <FramePlayer
          rows={rows}
          cols={cols}
          aspect={1}
          unit={unit === 'unknown' ? '' : unit}
          highest={preview.highest}
          hotCells={hotCells}
          deadCells={deadCells}
          frames={frames.map((frame, index) => ({ ...frame, centre: centres[index] ?? null }))}
        />
      </Section>
      <Section title={t('modalities:pressure.measures')}>
        {strips
          .filter((measure) => series(measure).some((value) => value !== null))
          .map((measure) => (
            <MeasureStrip
              key={measure}
              label={t(`modalities:pressure.measure.${measure}`)}
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
            label: t(`modalities:pressure.measure.${measure}`),
            value: t(`modalities:pressure.definition.${measure}`),
          }))}
        />
      </Section>
    </div>
  );
}

/** Pressure-weighted mean place in cells; null without load. */
function centreOf(values: readonly (number | null)[], cols: number): readonly [number, number] | null {
  let [sum, x, y] = [0, 0, 0];
  values.forEach((value, cell) => {
    if (value === null || value <= 0) return;
    sum += value;
    x += value * ((cell % cols) + 0.5);
    y += value * (Math.floor(cell / cols) + 0.5);
  });
  return sum === 0 ? null : [x / sum, y / sum];
}
