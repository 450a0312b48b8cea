import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeegPlan } from '../../../../main/contract/meeg-import.ts';
import { marksOf, withRemembered } from '../../../../main/contract/meeg-marks.ts';
import { trpc } from '../../../api/client.ts';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import { ErrorLine, LoadingState } from '../../../components/states.tsx';
import { FilesStep } from '../import/files-step.tsx';
import classes from '../import/import.module.css';
import { PresetBar } from '../import/preset-bar.tsx';
import { Step } from '../import/step.tsx';
import { MeegChoices } from './meeg-choices.tsx';
import { MeegFound } from './meeg-found.tsx';
import { MeegPreviewPane } from './meeg-preview.tsx';
import { MeegRun } from './meeg-run.tsx';

/** Endings of recordings; a CTF dataset is a folder. */
const extensions = ['fif', 'fif.gz', 'edf', 'bdf', 'vhdr', 'ahdr', 'set', 'sqd', 'con', 'raw', 'xdf', 'xdfz'];

/** Files → what was found → choices → import, with traces and sensors of one recording always beside it. */
export function MeegWizard({ startPaths }: { startPaths: readonly string[] }) {
  const { t } = useTranslation();
  const [paths, setPaths] = useState<string[]>([...startPaths]);
  const [changed, setChanged] = useState<MeegPlan | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  const [confirmed, setConfirmed] = useState(false);
  const probe = useQuery({
    ...trpc.meeg.probe.queryOptions({ paths }),
    enabled: paths.length > 0,
    staleTime: 0,
  });
  const start = useMutation(trpc.meeg.import.mutationOptions());

  const found = paths.length > 0 ? probe.data : undefined;
  const plan = changed ?? found?.plan ?? null;
  const path = shown ?? plan?.runs[0]?.path ?? null;
  const probed = found?.runs.find((one) => one.path === path) ?? null;
  const choose = (next: string[]) => {
    setPaths(next);
    setChanged(null);
    setShown(null);
    setConfirmed(false);
    start.reset();
  };
  const change = (next: MeegPlan) => {
    setChanged(next);
    start.reset();
  };
  const locked = start.isPending || start.data !== undefined;
  const later = plan === null || !confirmed;

  return (
    <div className={classes.wizard}>
      <ScrollRegion className={classes.steps} aria-label={t('data:import.steps')}>
        <Step
          number={1}
          title={t('data:import.files.title')}
          state={paths.length === 0 ? 'current' : 'done'}
          summary={paths.length > 0 && t('data:import.files.chosen', { count: paths.length })}
        >
          <FilesStep
            paths={paths}
            onChoose={choose}
            locked={locked}
            text={t('meeg:files')}
            extensions={extensions}
          />
        </Step>
        <Step
          number={2}
          title={t('data:import.found.title')}
          state={paths.length === 0 ? 'later' : later ? 'current' : 'done'}
        >
          {probe.isFetching && found === undefined && <LoadingState text={t('data:import.found.reading')} />}
          {probe.error !== null && <ErrorLine error={probe.error} onRetry={() => void probe.refetch()} />}
          {found !== undefined && (
            <MeegFound
              runs={found.runs}
              plan={plan}
              shown={path}
              onShow={setShown}
              onChange={change}
              confirmed={confirmed}
              onConfirm={() => setConfirmed(true)}
            />
          )}
        </Step>
        <Step
          number={3}
          title={t('data:import.choices.title')}
          state={later ? 'later' : start.data === undefined ? 'current' : 'done'}
        >
          {plan !== null && path !== null && (
            <>
              {probed !== null && (
                <PresetBar
                  kind="meeg"
                  layout={`${probed.format} ${probed.channels.length} × ${probed.sfreq} Hz`}
                  plan={{ ...plan, ...marksOf(plan, probed) }}
                  locked={locked}
                  onApply={(choices) => change(withRemembered(plan, choices, found?.runs ?? []))}
                />
              )}
              <MeegChoices plan={plan} path={path} probed={probed} onChange={change} locked={locked} />
            </>
          )}
        </Step>
        <Step number={4} title={t('data:import.run.title')} state={later ? 'later' : 'current'} last>
          {plan !== null && (
            <MeegRun
              plan={plan}
              job={start.data ?? null}
              pending={start.isPending}
              error={start.error}
              onStart={() => start.mutate(plan)}
            />
          )}
        </Step>
      </ScrollRegion>
      <ScrollRegion
        className={classes.preview}
        aria-label={t('data:import.preview.title')}
        data-testid="import-preview"
      >
        <MeegPreviewPane plan={plan} probed={probed} onChange={change} />
      </ScrollRegion>
    </div>
  );
}
