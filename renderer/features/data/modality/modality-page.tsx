import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '../../../components/format.ts';
import { Page } from '../../../components/page.tsx';
import { ProjectGate } from '../../../components/project-gate.tsx';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import { EmptyState, ErrorLine, LoadingState } from '../../../components/states.tsx';
import { FilesStep } from '../import/files-step.tsx';
import classes from '../import/import.module.css';
import { PresetBar } from '../import/preset-bar.tsx';
import { Step } from '../import/step.tsx';
import { FoundTable } from './found-table.tsx';
import type { FoundRow, ImportKind } from './import-kind.ts';
import { RunStep } from './run-step.tsx';
import { usePlans } from './use-plans.ts';

export interface ModalityPageProps<R extends FoundRow<P>, P extends { readonly path: string }> {
  readonly kind: ImportKind<R, P>;
}

/** The import wizard of one kind of recordings. */
export function ModalityPage<R extends FoundRow<P>, P extends { readonly path: string }>({
  kind,
}: ModalityPageProps<R, P>) {
  const { t } = useTranslation();
  const { paths = [] } = useSearch({ from: `/data/import-${kind.modality}` });
  return (
    <Page
      name={`import-${kind.modality}`}
      title={t(`modalities:${kind.modality}.title`)}
      subtitle={t('data:import.subtitle')}
      padded={false}
    >
      <ProjectGate>
        <Wizard key={paths.join('\n')} kind={kind} startPaths={paths} />
      </ProjectGate>
    </Page>
  );
}

/** Files → what was found → choices → import, with the preview of one recording always beside it. */
function Wizard<R extends FoundRow<P>, P extends { readonly path: string }>({
  kind,
  startPaths,
}: ModalityPageProps<R, P> & { readonly startPaths: readonly string[] }) {
  const { t, i18n } = useTranslation();
  const { modality, Choices, Preview } = kind;
  const [paths, setPaths] = useState<string[]>([...startPaths]);
  const [chosen, setChosen] = useState<string | null>(null);
  const probe = kind.useProbe(paths);
  const start = kind.useImport();
  const found = paths.length > 0 ? probe.data : undefined;
  const plans = usePlans<P>((found ?? []).map(({ plan }) => plan));
  const shown = chosen ?? found?.find(({ problem }) => problem === null)?.path ?? null;
  const plan = shown === null ? null : plans.of(shown);
  const row = found?.find(({ path }) => path === shown);
  const count = plans.taken.length;
  const locked = start.isPending || start.data !== undefined;
  const choose = (next: string[]) => {
    setPaths(next);
    setChosen(null);
    plans.clear();
    start.reset();
  };
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
            text={t(`modalities:${modality}.files`)}
            extensions={kind.extensions}
          />
        </Step>
        <Step
          number={2}
          title={t('data:import.found.title')}
          state={paths.length === 0 ? 'later' : count === 0 ? 'current' : 'done'}
        >
          {probe.isFetching && found === undefined && <LoadingState text={t('modalities:reading')} />}
          {probe.error !== null && <ErrorLine error={probe.error} />}
          {found !== undefined && (
            <FoundTable
              rows={found}
              columns={kind.columns(t, (value) => formatNumber(value, i18n.language))}
              shown={shown}
              onShow={setChosen}
              isTaken={plans.isTaken}
              onTake={plans.take}
            />
          )}
        </Step>
        <Step
          number={3}
          title={t('data:import.choices.title')}
          state={count === 0 ? 'later' : locked ? 'done' : 'current'}
        >
          {plan !== null && row !== undefined && (
            <>
              <PresetBar
                kind={modality}
                layout={kind.layout(row)}
                plan={plan}
                locked={locked}
                onApply={(choices) => plans.change(plan.path, choices as Partial<P>)}
              />
              <Choices
                plan={plan}
                found={row}
                locked={locked}
                onChange={(change) => plans.change(plan.path, change)}
              />
            </>
          )}
        </Step>
        <Step number={4} title={t('data:import.run.title')} state={count === 0 ? 'later' : 'current'} last>
          {count > 0 && (
            <RunStep
              count={count}
              job={start.data ?? null}
              pending={start.isPending}
              error={start.error}
              onStart={() => start.mutate({ files: [...plans.taken] })}
            />
          )}
        </Step>
      </ScrollRegion>
      <ScrollRegion
        className={classes.preview}
        aria-label={t('data:import.preview.title')}
        data-testid="import-preview"
      >
        {plan === null ? (
          <EmptyState title={t('data:import.preview.none')} text={t(`modalities:${modality}.noneText`)} />
        ) : (
          <Preview plan={plan} locked={locked} onChange={(change) => plans.change(plan.path, change)} />
        )}
      </ScrollRegion>
    </div>
  );
}
