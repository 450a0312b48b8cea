import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { EyetrackingPreview, PlannedEyetracking } from '../../../../main/contract/modality-import.ts';
import { trpc } from '../../../api/client.ts';
import { DataTable } from '../../../components/data-table.tsx';
import { FactList, Section } from '../../../components/fact-list.tsx';
import { baseName, formatNumber, formatSignificant } from '../../../components/format.ts';
import { NoticeList } from '../../../components/notice-list.tsx';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import { Answer } from '../../../components/states.tsx';
import { gazeBounds } from '../../../viewers/gaze/bounds.ts';
import { ScanPath } from '../../../viewers/gaze/scan-path.tsx';
import classes from '../import/import.module.css';
import type { PreviewProps } from './import-kind.ts';
import { LinePath } from './line-path.tsx';
import { unitText } from './unit-text.ts';

/** Reading measures in the table, by their names in the preview. */
const shownMeasures = [
  'fixations',
  'first fixation',
  'gaze duration',
  'go-past',
  'total time',
  'skipped',
  'regressions out',
  'regressions in',
  'landing position',
] as const;

/** Scan path, events and reading measures of one recording as its plan would store them. */
export function EyetrackingPreviewPane({ plan, locked, onChange }: PreviewProps<PlannedEyetracking>) {
  const preview = useQuery({
    ...trpc.modalities.previewEyetracking.queryOptions(plan),
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
    <Answer query={preview}>
      {(data) => (
        <Shown preview={data} plan={plan} stale={preview.isFetching} onChange={locked ? null : onChange} />
      )}
    </Answer>
  );
}

function Shown({
  preview,
  plan,
  stale,
  onChange,
}: {
  preview: EyetrackingPreview;
  plan: PlannedEyetracking;
  stale: boolean;
  onChange: ((change: Partial<PlannedEyetracking>) => void) | null;
}) {
  const { t, i18n } = useTranslation();
  const { words, measures, measureNames, fixations, fixationCount } = preview;
  const number = (value: number | null | undefined, decimals = 0) =>
    formatNumber(value ?? null, i18n.language, decimals);
  const { left, top, width, height } = gazeBounds(preview.screen, words, fixations, preview.trace);
  const span = (from: number, to: number) =>
    `${formatSignificant(from, i18n.language)} … ${formatSignificant(to, i18n.language)}`;
  const extent = `x ${span(left, left + width)}, y ${span(top, top + height)}`;
  const read = words.map((word, index) => ({ ...word, index, measures: measures[index] ?? [] }));
  return (
    <div data-testid="gaze-preview" aria-busy={stale}>
      <Section title={baseName(plan.path)}>
        {words.length > 0 && onChange !== null ? (
          <LinePath preview={preview} plan={plan} onChange={onChange} />
        ) : (
          <ScanPath
            screen={preview.screen}
            words={words}
            trace={preview.trace}
            fixations={fixations}
            {...(words.length > 0 ? { lines: preview.lines } : {})}
          />
        )}
      </Section>
      <Section title={t('modalities:eyetracking.events')}>
        <FactList
          facts={[
            {
              label: t('modalities:eyetracking.fixations'),
              value:
                fixations.length < fixationCount
                  ? t('modalities:eyetracking.firstOf', {
                      shown: number(fixations.length),
                      total: number(fixationCount),
                    })
                  : number(fixationCount),
              testId: 'preview-fixations',
            },
            { label: t('modalities:eyetracking.saccades'), value: number(preview.saccades) },
            { label: t('modalities:eyetracking.blinksFound'), value: number(preview.blinks) },
            { label: t('modalities:unit'), value: unitText(preview.unit, t) },
            { label: t('modalities:eyetracking.extent'), value: extent, testId: 'preview-extent' },
          ]}
        />
      </Section>
      {words.length > 0 && (
        <Section title={t('modalities:eyetracking.reading')}>
          <ScrollRegion className={classes.runs} aria-label={t('modalities:eyetracking.word')}>
            <DataTable
              label={t('modalities:eyetracking.reading')}
              testId="reading-table"
              rows={read}
              rowKey={({ index }) => String(index)}
              columns={[
                { key: 'word', label: t('modalities:eyetracking.word'), cell: ({ word }) => word },
                ...shownMeasures.map((measure) => ({
                  key: measure,
                  label: t(`modalities:eyetracking.measure.${measure}`),
                  kind: 'number' as const,
                  cell: (row: (typeof read)[number]) =>
                    number(
                      row.measures[measureNames.indexOf(measure)],
                      measure === 'landing position' ? 2 : 0,
                    ),
                })),
              ]}
            />
          </ScrollRegion>
        </Section>
      )}
      {words.length > 0 && (
        <Section title={t('modalities:definitions')}>
          <FactList
            facts={shownMeasures.map((measure) => ({
              label: t(`modalities:eyetracking.measure.${measure}`),
              value: t(`modalities:eyetracking.definition.${measure}`),
            }))}
          />
        </Section>
      )}
      {preview.notices.length > 0 && (
        <Section title={t('data:remarks')}>
          <NoticeList notices={preview.notices} />
        </Section>
      )}
    </div>
  );
}
