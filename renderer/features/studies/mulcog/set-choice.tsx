import { Button, Checkbox } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ItemSet } from '../../../../main/contract/item-sets.ts';
import { mulcogImportReportSchema } from '../../../../main/contract/mulcog-import.ts';
import { trpc } from '../../../api/client.ts';
import { sentenceOf } from '../../../api/errors.ts';
import { JobProgressLine } from '../../../components/job-progress.tsx';
import { usePathPicker } from '../../../components/path-picker.tsx';
import { ErrorLine } from '../../../components/states.tsx';
import classes from './mulcog.module.css';
import { useNames } from './use-names.ts';

export type SetOption = Pick<ItemSet, 'id' | 'name' | 'language' | 'modality' | 'level' | 'subject'>;

export interface SetChoiceProps {
  readonly sets: readonly SetOption[];
  readonly chosen: readonly string[];
  readonly onChange: (ids: string[]) => void;
}

/** Sets of the project, kind by kind; every subject of a kind is taken or left together. */
export function SetChoice({ sets, chosen, onChange }: SetChoiceProps) {
  const { t } = useTranslation();
  const { kindName } = useNames();
  const kinds = [...new Set(sets.map(kindName))];
  return (
    <fieldset className={classes.sets} style={{ border: 'none', margin: 0, padding: 0 }}>
      <legend className={classes.text} style={{ margin: 0 }}>
        {t('mulcog:new.sets', { chosen: chosen.length, all: sets.length })}
      </legend>
      {kinds.map((kind) => {
        const own = sets.filter((set) => kindName(set) === kind);
        const taken = own.filter(({ id }) => chosen.includes(id)).length;
        return (
          <Checkbox
            key={kind}
            label={t('mulcog:new.kind', { kind, subjects: own.map(({ subject }) => subject).join(', ') })}
            checked={taken === own.length}
            indeterminate={taken > 0 && taken < own.length}
            onChange={(event) => {
              const ids = own.map(({ id }) => id);
              const left = chosen.filter((id) => !ids.includes(id));
              onChange(event.currentTarget.checked ? [...left, ...ids] : left);
            }}
          />
        );
      })}
    </fieldset>
  );
}

/** Brings a folder in the published layouts into the project: looks first, then imports. */
export function ImportFolder() {
  const { t } = useTranslation();
  const probe = useMutation(trpc.mulcog.probe.mutationOptions());
  const start = useMutation(trpc.mulcog.runImport.mutationOptions());
  const jobs = useQuery(trpc.jobs.list.queryOptions()).data ?? [];
  const job = jobs.find(({ id }) => id === start.data?.id) ?? start.data ?? null;
  const picker = usePathPicker(([folder]) => folder !== undefined && probe.mutate({ folder }));
  const report = job?.state === 'succeeded' ? mulcogImportReportSchema.safeParse(job.result).data : undefined;
  const found = probe.data;
  return (
    <div className={classes.sets}>
      {picker.dialog}
      <div>
        <Button
          variant="default"
          onClick={() => picker.open({ kind: 'open-folder', title: t('mulcog:new.chooseFolder') })}
          loading={probe.isPending}
          data-testid="mulcog-folder"
        >
          {t('mulcog:new.chooseFolder')}
        </Button>
      </div>
      {probe.error !== null && <ErrorLine error={probe.error} />}
      {found !== undefined && job === null && (
        <>
          <div data-testid="mulcog-found">
            {t('mulcog:new.found', {
              count: found.length,
              languages: [...new Set(found.map(({ language }) => language))].join(', '),
            })}
          </div>
          <div>
            <Button
              onClick={() => start.mutate({ sets: found })}
              loading={start.isPending}
              data-testid="mulcog-import"
            >
              {t('mulcog:new.import')}
            </Button>
          </div>
        </>
      )}
      {start.error !== null && <ErrorLine error={start.error} />}
      {job !== null && (job.state === 'queued' || job.state === 'running') && <JobProgressLine job={job} />}
      {job?.error && <div role="alert">{sentenceOf(job.error, t)}</div>}
      {report?.failed.map(({ name, error }) => (
        <div role="alert" key={name}>
          {name}: {sentenceOf(error, t)}
        </div>
      ))}
    </div>
  );
}
