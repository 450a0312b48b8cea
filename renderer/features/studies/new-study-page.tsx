import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../api/client.ts';
import { Page } from '../../components/page.tsx';
import { ProjectGate } from '../../components/project-gate.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { EncodingForm } from './encoding-form.tsx';
import { MulcogForm } from './mulcog/mulcog-form.tsx';

/** Choosing recordings and parameters of a new study. */
export function NewStudyPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { study } = useSearch({ from: '/studies/new' });
  const kind = study === 'mulcog' ? 'mulcog' : 'encoding';
  return (
    <Page
      name="new-study"
      title={t('studies:new.title')}
      subtitle={t(`studies:kinds.${kind}`)}
      padded={false}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t('studies:study')}
          value={kind}
          data={['encoding', 'mulcog'].map((value) => ({ value, label: t(`studies:kinds.${value}`) }))}
          onChange={(value) => void navigate({ to: '/studies/new', search: { study: value } })}
          data-testid="study-kind"
        />
      }
    >
      <ProjectGate>{kind === 'mulcog' ? <MulcogForm /> : <Form />}</ProjectGate>
    </Page>
  );
}

function Form() {
  const { t } = useTranslation();
  const recordings = useQuery(trpc.data.recordings.queryOptions());
  const defaults = useQuery(trpc.studies.defaults.queryOptions()).data;
  const spaces = useQuery(trpc.stimuli.spaces.queryOptions()).data;
  return (
    <Answer query={recordings}>
      {(rows) => {
        const usable = rows.filter((row) => row.modality === 'fmri' && row.stimulusId !== null);
        if (usable.length === 0)
          return (
            <EmptyState title={t('studies:new.noRecordings')} text={t('studies:new.noRecordingsText')} />
          );
        if (defaults === undefined || spaces === undefined) return null;
        return <EncodingForm recordings={usable} defaults={defaults} spaces={spaces} />;
      }}
    </Answer>
  );
}
