import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../../main/contract/settings.ts';
import { ErrorLine } from '../../components/states.tsx';
import classes from './settings.module.css';
import { useChangeSettings } from './use-change-settings.ts';

/** Folders that the browser may see; everything else on the disk is refused. */
export function AllowedFolders({ settings }: { settings: Settings }) {
  const { t } = useTranslation();
  const { change, error } = useChangeSettings();
  const [draft, setDraft] = useState('');
  const folders = settings.allowedFolders;
  return (
    <section className={classes.group} aria-label={t('settings:folders')}>
      <h2 className={classes.heading}>{t('settings:folders')}</h2>
      <div className={classes.muted}>{t('settings:foldersText')}</div>
      {folders.map((folder) => (
        <div key={folder} className={classes.folder}>
          <code style={{ flex: 1 }}>{folder}</code>
          <ActionIcon
            aria-label={t('settings:removeFolder', { folder })}
            onClick={() => change({ allowedFolders: folders.filter((other) => other !== folder) })}
          >
            <IconX size={14} />
          </ActionIcon>
        </div>
      ))}
      <form
        className={classes.folder}
        onSubmit={(event) => {
          event.preventDefault();
          if (draft.trim() === '') return;
          change({ allowedFolders: [...new Set([...folders, draft.trim()])] });
          setDraft('');
        }}
      >
        <TextInput
          style={{ flex: 1 }}
          aria-label={t('settings:addFolder')}
          placeholder={t('settings:folderPlaceholder')}
          value={draft}
          onChange={(event) => setDraft(event.currentTarget.value)}
        />
        <Button type="submit" variant="default">
          {t('settings:addFolder')}
        </Button>
      </form>
      {error !== null && <ErrorLine error={error} />}
    </section>
  );
}
