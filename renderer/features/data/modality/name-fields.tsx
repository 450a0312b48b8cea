import { Checkbox, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RecordingName } from '../../../../main/contract/modality-import.ts';
import classes from '../import/import.module.css';
import { PersonalData } from '../import/personal-data.tsx';

/** Subject, session, task and run of the recording in the preview. */
export function NameFields({
  plan,
  locked,
  onChange,
}: {
  plan: RecordingName;
  locked: boolean;
  onChange: (change: Partial<RecordingName>) => void;
}) {
  const { t } = useTranslation();
  const field = (key: 'subject' | 'task', label: string) => (
    <TextInput
      label={label}
      value={plan[key]}
      disabled={locked}
      error={plan[key].trim() === '' ? t('modalities:needed') : undefined}
      onChange={(event) => onChange({ [key]: event.currentTarget.value })}
      data-testid={`field-${key}`}
    />
  );
  const optional = (key: 'session' | 'run', label: string) => (
    <TextInput
      label={label}
      value={plan[key] ?? ''}
      disabled={locked}
      onChange={(event) =>
        onChange({ [key]: event.currentTarget.value === '' ? null : event.currentTarget.value })
      }
    />
  );
  return (
    <>
      <div className={classes.fields}>
        {field('subject', t('data:subject'))}
        {field('task', t('data:task'))}
        {optional('session', t('data:session'))}
        {optional('run', t('data:run'))}
      </div>
      <Checkbox
        label={t('modalities:simulated')}
        checked={plan.simulated}
        disabled={locked}
        onChange={(event) => onChange({ simulated: event.currentTarget.checked })}
      />
      <PersonalData
        path={plan.path}
        keep={plan.keepPersonal}
        locked={locked}
        onKeep={(keepPersonal) => onChange({ keepPersonal })}
      />
    </>
  );
}
