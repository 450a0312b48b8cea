import { Button, SegmentedControl } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../../components/page.tsx';
import { ProjectGate } from '../../components/project-gate.tsx';
import { RecordingsForm } from './recordings-form.tsx';
import { StudyForm } from './study-form.tsx';

/** Training keypoints: on the project's own recordings, or the whole study on simulated people. */
export function KeypointTrainPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [source, setSource] = useState<'recordings' | 'simulated'>('recordings');
  return (
    <Page
      name="keypoint-training"
      title={t('keypoints:train.title')}
      padded={false}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t('keypoints:train.source')}
            value={source}
            data={(['recordings', 'simulated'] as const).map((value) => ({
              value,
              label: t(`keypoints:train.sources.${value}`),
            }))}
            onChange={(value) => setSource(value === 'simulated' ? 'simulated' : 'recordings')}
            data-testid="keypoint-source"
          />
          <Button variant="default" onClick={() => void navigate({ to: '/keypoints' })}>
            {t('keypoints:title')}
          </Button>
        </>
      }
    >
      <ProjectGate>{source === 'simulated' ? <StudyForm /> : <RecordingsForm />}</ProjectGate>
    </Page>
  );
}
