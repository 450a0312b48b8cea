import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BidsPlan, BidsSurvey } from '../../../../main/contract/bids.ts';
import type { MeegPlan } from '../../../../main/contract/meeg-import.ts';
import { trpc } from '../../../api/client.ts';
import { FactList, Section } from '../../../components/fact-list.tsx';
import { formatNumber } from '../../../components/format.ts';
import { NoticeList } from '../../../components/notice-list.tsx';
import { Page } from '../../../components/page.tsx';
import { usePathPicker } from '../../../components/path-picker.tsx';
import { ProjectGate } from '../../../components/project-gate.tsx';
import { SimulatedBadge } from '../../../components/simulated-badge.tsx';
import { EmptyState, ErrorLine, LoadingState } from '../../../components/states.tsx';
import classes from './bids.module.css';
import { BidsOutcome } from './bids-outcome.tsx';
import { BidsPreview } from './bids-preview.tsx';
import { BidsTree } from './bids-tree.tsx';

/** A BIDS dataset: what is there, what is a placeholder, what is wrong, and its import in one go. */
export function BidsPage() {
  const { t } = useTranslation();
  return (
    <Page name="import-bids" title={t('data:bids.title')} subtitle={t('data:bids.subtitle')}>
      <ProjectGate>
        <Dataset />
      </ProjectGate>
    </Page>
  );
}

function Dataset() {
  const { t } = useTranslation();
  const { paths } = useSearch({ from: '/data/import-bids' });
  const [folder, setFolder] = useState<string | null>(paths?.[0] ?? null);
  const start = useMutation(trpc.bids.import.mutationOptions());
  const [meeg, setMeeg] = useState<MeegPlan | null>(null);
  const picker = usePathPicker(([path]) => {
    if (path === undefined) return;
    start.reset();
    setMeeg(null);
    setFolder(path);
  });
  const survey = useQuery({
    ...trpc.bids.survey.queryOptions({ folder: folder ?? '' }),
    enabled: folder !== null,
    staleTime: 0,
    retry: false,
  });
  // Channels marked as bad in the preview go with the import.
  const found = survey.data?.plan ?? null;
  const plan = found === null || meeg === null ? found : { ...found, meeg };
  return (
    <>
      <div className={classes.row}>
        <Button
          variant={folder === null ? 'filled' : 'default'}
          onClick={() => picker.open({ kind: 'open-folder', title: t('data:bids.choose') })}
          data-testid="choose-dataset"
        >
          {t('data:bids.choose')}
        </Button>
        {folder !== null && <code>{folder}</code>}
      </div>
      {picker.dialog}
      {folder === null && <EmptyState title={t('data:bids.none')} text={t('data:bids.noneText')} />}
      {survey.isFetching && <LoadingState text={t('data:bids.reading')} />}
      {survey.error !== null && <ErrorLine error={survey.error} onRetry={() => void survey.refetch()} />}
      {survey.data !== undefined && !survey.isFetching && (
        <Survey
          key={folder}
          survey={survey.data}
          plan={plan}
          onMeeg={setMeeg}
          action={
            start.data === undefined ? (
              <>
                {start.error !== null && <ErrorLine error={start.error} />}
                <Button
                  disabled={plan === null}
                  loading={start.isPending}
                  onClick={() => plan !== null && start.mutate(plan)}
                  data-testid="start-import"
                >
                  {t('data:bids.action')}
                </Button>
              </>
            ) : (
              <BidsOutcome job={start.data} onUndone={() => start.reset()} />
            )
          }
        />
      )}
    </>
  );
}

function Survey({
  survey,
  plan,
  action,
  onMeeg,
}: {
  survey: BidsSurvey;
  plan: BidsPlan | null;
  action: ReactNode;
  onMeeg: (plan: MeegPlan) => void;
}) {
  const { t, i18n } = useTranslation();
  const { name, bidsVersion, type, simulated, subjects, placeholders, problems } = survey;
  const [shown, setShown] = useState<string | null>(null);
  const number = (value: number) => formatNumber(value, i18n.language);
  return (
    <div className={classes.columns} data-testid="bids-survey">
      <div>
        <Section title={t('data:bids.files')}>
          <BidsTree subjects={subjects} shown={shown} onShow={setShown} />
        </Section>
      </div>
      <div>
        <Section title={name}>
          {simulated && (
            <div className={classes.row}>
              <SimulatedBadge />
            </div>
          )}
          <FactList
            facts={[
              { label: t('data:bids.version'), value: bidsVersion || '–' },
              { label: t('data:bids.type'), value: type },
              { label: 'fMRI', value: number(plan?.fmri?.runs.length ?? 0), testId: 'bids-fmri' },
              { label: 'MEG / EEG', value: number(plan?.meeg?.runs.length ?? 0), testId: 'bids-meeg' },
              {
                label: t('data:bids.gaze'),
                value: number(plan?.eyetracking?.files.length ?? 0),
                testId: 'bids-gaze',
              },
              {
                label: t('stimuli:clock.modalities.rating'),
                value: number(plan?.ratings?.files.length ?? 0),
                testId: 'bids-ratings',
              },
              {
                label: t('data:bids.placeholders'),
                value: number(placeholders.length),
                testId: 'bids-placeholders',
              },
              { label: t('data:bids.problems'), value: number(problems.length), testId: 'bids-problems' },
            ]}
          />
          <div className={classes.action}>{action}</div>
        </Section>
        {plan !== null && shown !== null && <BidsPreview plan={plan} path={shown} onMeeg={onMeeg} />}
        {problems.length > 0 && (
          <Section title={t('data:bids.wrong')}>
            <NoticeList notices={problems} />
          </Section>
        )}
      </div>
    </div>
  );
}
