import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ImportPlan, ImportPreview } from '../../../../main/contract/importing.ts';
import { trpc } from '../../../api/client.ts';
import { FactList, Section } from '../../../components/fact-list.tsx';
import { baseName, formatDuration, formatNumber, formatSignificant } from '../../../components/format.ts';
import { NoticeList } from '../../../components/notice-list.tsx';
import { Answer, EmptyState } from '../../../components/states.tsx';
import { PreviewCarpet } from './preview-carpet.tsx';
import { PreviewSlices } from './preview-slices.tsx';
import { WordClock } from './word-clock.tsx';

/** What importing the shown run would see, under the plan as it stands. */
export function PreviewPane({ plan, image }: { plan: ImportPlan | null; image: string | null }) {
  const { t } = useTranslation();
  if (plan === null || image === null || !plan.runs.some((run) => run.image === image)) {
    return <EmptyState title={t('data:import.preview.none')} text={t('data:import.preview.noneText')} />;
  }
  return <Preview plan={plan} image={image} />;
}

function Preview({ plan, image }: { plan: ImportPlan; image: string }) {
  // Only the shown run and the mask change the preview; the rest of the plan must not make it read the file again.
  const narrow = { ...plan, name: '', runs: plan.runs.filter((run) => run.image === image) };
  const preview = useQuery({
    ...trpc.data.preview.queryOptions({ plan: narrow, image }),
    placeholderData: (previous) => previous,
  });
  return (
    <Answer query={preview}>{(data) => <PreviewFacts preview={data} stale={preview.isFetching} />}</Answer>
  );
}

function PreviewFacts({ preview, stale }: { preview: ImportPreview; stale: boolean }) {
  const { t, i18n } = useTranslation();
  const number = (value: number | null, decimals = 0) => formatNumber(value, i18n.language, decimals);
  const [ni, nj, nk, volumes] = preview.shape;
  return (
    <div data-testid="preview" data-image={preview.image} aria-busy={stale}>
      <Section title={baseName(preview.image)}>
        {preview.carpet === null ? (
          <PreviewSlices preview={preview} />
        ) : (
          <PreviewCarpet carpet={preview.carpet} places={ni} />
        )}
      </Section>
      <Section title={t('data:import.preview.series')}>
        <FactList
          facts={[
            {
              label: t('data:tr'),
              value:
                preview.repetitionTime === null
                  ? t('data:import.found.missing')
                  : `${number(preview.repetitionTime, 3)} s`,
              testId: 'preview-tr',
            },
            { label: t('data:volumes'), value: number(volumes), testId: 'preview-volumes' },
            {
              label: t('data:duration'),
              value: formatDuration(preview.durationSeconds, i18n.language),
              testId: 'preview-duration',
            },
            preview.carpet === null
              ? { label: t('data:grid'), value: `${ni} × ${nj} × ${nk}` }
              : { label: t('data:places'), value: number(ni) },
            {
              label: t('data:import.preview.kept'),
              value:
                preview.carpet === null
                  ? t('common:voxels', { count: preview.maskVoxels, number: number(preview.maskVoxels) })
                  : number(preview.maskVoxels),
            },
            {
              label: t('data:import.preview.values'),
              value: `${formatSignificant(preview.minimum, i18n.language)} … ${formatSignificant(preview.maximum, i18n.language)}`,
            },
            { label: t('data:import.preview.nonFinite'), value: number(preview.nonFiniteVoxels) },
            {
              label: t('data:confounds'),
              value: t('data:import.preview.columns', { count: preview.confoundColumns.length }),
            },
          ]}
        />
      </Section>
      <Section title={t('data:import.preview.words')}>
        {preview.words === null ? (
          <div>{t('data:import.preview.noWords')}</div>
        ) : (
          <WordClock words={preview.words} duration={preview.durationSeconds} />
        )}
      </Section>
      {preview.notices.length > 0 && (
        <Section title={t('data:remarks')}>
          <NoticeList notices={preview.notices} />
        </Section>
      )}
    </div>
  );
}
