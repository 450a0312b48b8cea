import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '../../components/format.ts';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import classes from './studies.module.css';

export interface RecordingOption {
  readonly id: string;
  readonly label: string;
  readonly subject: string;
  readonly sampleCount: number;
}

export interface RecordingChoiceProps {
  readonly recordings: readonly RecordingOption[];
  readonly chosen: readonly string[];
  readonly onChange: (ids: string[]) => void;
}

/** Which runs are fitted; every subject is fitted alone. */
export function RecordingChoice({ recordings, chosen, onChange }: RecordingChoiceProps) {
  const { t, i18n } = useTranslation();
  const subjects = [...new Set(recordings.map((recording) => recording.subject))];
  const set = (ids: readonly string[], taken: boolean) =>
    onChange(recordings.flatMap(({ id }) => ((ids.includes(id) ? taken : chosen.includes(id)) ? [id] : [])));
  return (
    <fieldset style={{ border: 'none', margin: 0, padding: 0 }}>
      <legend className={classes.group}>
        {t('studies:new.recordings', { chosen: chosen.length, all: recordings.length })}
      </legend>
      <ScrollRegion className={classes.recordings} aria-label={t('studies:recordings')}>
        {subjects.map((subject) => {
          const own = recordings.filter((recording) => recording.subject === subject);
          const taken = own.filter((recording) => chosen.includes(recording.id)).length;
          return (
            <div key={subject}>
              <Checkbox
                label={t('studies:new.subject', { subject })}
                checked={taken === own.length}
                indeterminate={taken > 0 && taken < own.length}
                onChange={(event) =>
                  set(
                    own.map(({ id }) => id),
                    event.currentTarget.checked,
                  )
                }
              />
              {own.map((recording) => (
                <Checkbox
                  key={recording.id}
                  ml={22}
                  mt={4}
                  label={`${recording.label} · ${t('common:volumes', { count: recording.sampleCount, number: formatNumber(recording.sampleCount, i18n.language) })}`}
                  checked={chosen.includes(recording.id)}
                  onChange={(event) => set([recording.id], event.currentTarget.checked)}
                />
              ))}
            </div>
          );
        })}
      </ScrollRegion>
    </fieldset>
  );
}
