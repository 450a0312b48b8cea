import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ImportPlan, type ImportProbe, importPlanSchema } from '../../../../main/contract/importing.ts';
import { trpc } from '../../../api/client.ts';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import { ErrorLine, LoadingState } from '../../../components/states.tsx';
import { ChoiceStep } from './choice-step.tsx';
import { DicomStep } from './dicom-step.tsx';
import { FilesStep } from './files-step.tsx';
import classes from './import.module.css';
import { ImportStep } from './import-step.tsx';
import { PresetBar } from './preset-bar.tsx';
import { PreviewPane } from './preview-pane.tsx';
import { ProbeStep } from './probe-step.tsx';
import { Step } from './step.tsx';

/**
 * Files → what was found → choices → import, with the preview of one run always beside it. Nothing is written before
 * the last step.
 */
export function ImportWizard({ startPaths }: { startPaths: readonly string[] }) {
  const { t } = useTranslation();
  const [paths, setPaths] = useState<string[]>([...startPaths]);
  const [changed, setChanged] = useState<ImportPlan | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  const [confirmed, setConfirmed] = useState(false);
  const probe = useQuery({
    ...trpc.data.probe.queryOptions({ paths }),
    enabled: paths.length > 0,
    staleTime: 0,
  });
  const start = useMutation(trpc.data.import.mutationOptions());

  const found = paths.length > 0 ? probe.data : undefined;
  const plan = changed ?? found?.plan ?? null;
  const image = shown ?? plan?.runs[0]?.image ?? null;
  const choose = (next: string[]) => {
    setPaths(next);
    setChanged(null);
    setShown(null);
    setConfirmed(false);
    start.reset();
  };
  const change = (next: ImportPlan) => {
    setChanged(next);
    start.reset();
  };
  const started = start.data !== undefined;
  const probeStep = ({ probe: all }: { probe: ImportProbe }) => (
    <ProbeStep
      probe={all}
      plan={plan}
      shown={image}
      onShow={setShown}
      onChange={change}
      confirmed={confirmed}
      onConfirm={() => setConfirmed(true)}
    />
  );

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
            locked={start.isPending || started}
            text={t('data:import.files.text')}
            extensions={['nii', 'nii.gz', 'mgz', 'mgh', 'dcm', 'ima', 'tsv', 'textgrid', 'json']}
          />
        </Step>
        <Step
          number={2}
          title={t('data:import.found.title')}
          state={paths.length === 0 ? 'later' : plan === null || !confirmed ? 'current' : 'done'}
        >
          {probe.isFetching && found === undefined && <LoadingState text={t('data:import.found.reading')} />}
          {probe.error !== null && <ErrorLine error={probe.error} onRetry={() => void probe.refetch()} />}
          {found !== undefined && found.probe.runs.length === 0 && (
            <DicomStep paths={paths} onConverted={choose}>
              {probeStep(found)}
            </DicomStep>
          )}
          {found !== undefined && found.probe.runs.length > 0 && probeStep(found)}
        </Step>
        <Step
          number={3}
          title={t('data:import.choices.title')}
          state={plan === null || !confirmed ? 'later' : started ? 'done' : 'current'}
        >
          {plan !== null && found !== undefined && (
            <>
              <PresetBar
                kind="fmri"
                layout={layoutOf(found.probe, image)}
                plan={plan}
                locked={start.isPending || started}
                onApply={(choices) => change(importPlanSchema.parse({ ...plan, ...choices }))}
              />
              <ChoiceStep
                probe={found.probe}
                plan={plan}
                image={image}
                onChange={change}
                locked={start.isPending || started}
              />
            </>
          )}
        </Step>
        <Step
          number={4}
          title={t('data:import.run.title')}
          state={plan === null || !confirmed ? 'later' : 'current'}
          last
        >
          {plan !== null && (
            <ImportStep
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
        <PreviewPane plan={plan} image={image} />
      </ScrollRegion>
    </div>
  );
}

/** Grid, TR and companions: what scans of one protocol have in common. */
function layoutOf({ runs }: ImportProbe, image: string | null): string {
  const run = runs.find((one) => one.image === image);
  if (run === undefined) return '';
  const companions = [
    run.eventsPath && 'events',
    run.textGridPath && 'TextGrid',
    run.confoundsPath && 'confounds',
  ];
  return [run.shape?.slice(0, 3).join('×'), `TR ${run.repetitionTime}`, run.space, ...companions]
    .filter(Boolean)
    .join(' ');
}
