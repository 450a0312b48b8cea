import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type {
  PlannedRatings,
  RatedSummary,
  RatingsPreview,
} from '../../../../main/contract/ratings-import.ts';
import { trpc } from '../../../api/client.ts';
import { DataTable } from '../../../components/data-table.tsx';
import { FactList, Section } from '../../../components/fact-list.tsx';
import { baseName, formatNumber } from '../../../components/format.ts';
import { NoticeList } from '../../../components/notice-list.tsx';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import { Answer } from '../../../components/states.tsx';
import { DistributionStrip } from '../../../viewers/charts/distribution-strip.tsx';
import classes from '../import/import.module.css';

/** Distribution, spread and agreement of every dimension as the plan would store them. */
export function RatingsPreviewPane({ plan }: { plan: PlannedRatings }) {
  const preview = useQuery({
    ...trpc.modalities.previewRatings.queryOptions(plan),
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
    <Answer query={preview.isError ? { ...preview, data: undefined } : preview}>
      {(data) => <Shown preview={data} name={baseName(plan.path)} stale={preview.isFetching} />}
    </Answer>
  );
}

function Shown({ preview, name, stale }: { preview: RatingsPreview; name: string; stale: boolean }) {
  const { t, i18n } = useTranslation();
  const number = (value: number | null, decimals = 2) => formatNumber(value, i18n.language, decimals);
  const { words, raters, dimensions, first, notices } = preview;
  return (
    <div data-testid="ratings-preview" aria-busy={stale}>
      <Section title={name}>
        <FactList
          facts={[
            { label: t('modalities:ratings.words'), value: number(words, 0), testId: 'preview-words' },
            {
              label: t('modalities:ratings.raters'),
              value: raters === null ? '–' : number(raters, 0),
              testId: 'preview-raters',
            },
          ]}
        />
      </Section>
      <Section title={t('modalities:ratings.distributions')}>
        {dimensions.map((one) => (
          <DistributionStrip
            key={one.name}
            label={one.name}
            counts={one.histogram}
            from={number(one.lowest)}
            to={number(one.highest)}
            text={`${number(one.mean)} ± ${number(one.sd)}`}
          />
        ))}
      </Section>
      {dimensions.some(({ agreement, raterSd }) => agreement !== null || raterSd !== null) && (
        <Agreement dimensions={dimensions} />
      )}
      <Section title={t('modalities:ratings.firstWords')}>
        <ScrollRegion className={classes.runs} aria-label={t('modalities:ratings.word')}>
          <DataTable
            label={t('modalities:ratings.firstWords')}
            rows={first}
            rowKey={({ word }) => word}
            columns={[
              { key: 'word', label: t('modalities:ratings.word'), cell: ({ word }) => word },
              ...dimensions.map((one, at) => ({
                key: one.name,
                label: one.name,
                kind: 'number' as const,
                cell: ({ means }: (typeof first)[number]) => number(means[at] ?? null),
              })),
            ]}
          />
        </ScrollRegion>
      </Section>
      {notices.length > 0 && (
        <Section title={t('data:remarks')}>
          <NoticeList notices={notices} />
        </Section>
      )}
    </div>
  );
}

function Agreement({ dimensions }: { dimensions: readonly RatedSummary[] }) {
  const { t, i18n } = useTranslation();
  const number = (value: number | null | undefined, decimals = 2) =>
    formatNumber(value ?? null, i18n.language, decimals);
  return (
    <>
      <Section title={t('modalities:ratings.agreement')}>
        <ScrollRegion className={classes.runs} aria-label={t('modalities:ratings.dimension')}>
          <DataTable
            label={t('modalities:ratings.agreement')}
            testId="agreement-table"
            rows={dimensions}
            rowKey={({ name }) => name}
            columns={[
              { key: 'name', label: t('modalities:ratings.dimension'), cell: ({ name }) => name },
              {
                key: 'ratings',
                label: t('modalities:ratings.ratingsAWord'),
                kind: 'number',
                cell: ({ ratings }) =>
                  ratings === null ? '–' : [...new Set(ratings)].map((value) => number(value, 0)).join('–'),
              },
              {
                key: 'spread',
                label: t('modalities:ratings.spread'),
                kind: 'number',
                cell: ({ raterSd }) => number(raterSd),
              },
              {
                key: 'icc2k',
                label: 'ICC(2,k)',
                kind: 'number',
                cell: ({ agreement }) => number(agreement?.icc2k, 3),
              },
              {
                key: 'alpha',
                label: 'α',
                kind: 'number',
                cell: ({ agreement }) => number(agreement?.alpha, 3),
              },
              {
                key: 'icc1k',
                label: 'ICC(1,k)',
                kind: 'number',
                cell: ({ agreement }) => number(agreement?.icc1k, 3),
              },
              {
                key: 'complete',
                label: t('modalities:ratings.completeWords'),
                kind: 'number',
                cell: ({ agreement }) => number(agreement?.completeWords, 0),
              },
            ]}
          />
        </ScrollRegion>
      </Section>
      <Section title={t('modalities:definitions')}>
        <FactList
          facts={(['spread', 'icc2k', 'alpha', 'icc1k', 'completeWords'] as const).map((key) => ({
            label: t(`modalities:ratings.definitionNames.${key}`),
            value: t(`modalities:ratings.definition.${key}`),
          }))}
        />
      </Section>
    </>
  );
}
