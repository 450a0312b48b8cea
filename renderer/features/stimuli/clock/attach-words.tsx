import { Button, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trpc } from '../../../api/client.ts';
import { Section } from '../../../components/fact-list.tsx';
import { usePathPicker } from '../../../components/path-picker.tsx';
import { ErrorLine } from '../../../components/states.tsx';
import classes from './clock.module.css';

/** A run without words: gives it a stimulus of the project, or a file's words. */
export function AttachWords({ recordingId }: { recordingId: string }) {
  const { t } = useTranslation();
  const [language, setLanguage] = useState('en');
  const stimuli = useQuery(trpc.stimuli.list.queryOptions()).data ?? [];
  const attach = useMutation(trpc.clock.attach.mutationOptions());
  const attachFile = useMutation(trpc.clock.attachFile.mutationOptions());
  const picker = usePathPicker(
    ([path]) => path !== undefined && attachFile.mutate({ recordingId, path, language }),
  );
  const error = attach.error ?? attachFile.error;
  return (
    <div className={classes.run} data-testid="attach-words">
      <Section title={t('stimuli:clock.noWords')}>
        <p className={classes.muted}>{t('stimuli:clock.noWordsText')}</p>
        <div className={classes.fields}>
          <Select
            label={t('stimuli:clock.known')}
            data={stimuli.map(({ id, name, wordCount }) => ({
              value: id,
              label: `${name} (${t('stimuli:clock.words', { count: wordCount })})`,
            }))}
            value={null}
            disabled={stimuli.length === 0}
            onChange={(stimulusId) => stimulusId !== null && attach.mutate({ recordingId, stimulusId })}
            data-testid="attach-known"
          />
          <TextInput
            label={t('stimuli:language')}
            value={language}
            onChange={(event) => setLanguage(event.currentTarget.value)}
          />
        </div>
        <Button
          variant="default"
          loading={attachFile.isPending}
          disabled={language.trim() === ''}
          onClick={() =>
            picker.open({
              kind: 'open-files',
              title: t('stimuli:clock.file'),
              multiple: false,
              extensions: ['tsv', 'TextGrid'],
            })
          }
          data-testid="attach-file"
        >
          {t('stimuli:clock.file')}
        </Button>
        {error !== null && <ErrorLine error={error} />}
        {picker.dialog}
      </Section>
    </div>
  );
}
