import { Button, FileButton, Progress } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { nativeDialogs } from '../../../api/native.ts';
import { uploadFiles } from '../../../api/upload.ts';
import { formatBytes } from '../../../components/format.ts';
import { usePathPicker } from '../../../components/path-picker.tsx';
import { ErrorLine } from '../../../components/states.tsx';
import classes from './import.module.css';

export interface FilesStepProps {
  readonly paths: readonly string[];
  readonly onChoose: (paths: string[]) => void;
  readonly locked: boolean;
  /** What may be chosen here, in a sentence. */
  readonly text: string;
  /** Endings of files to choose from, without dots. */
  readonly extensions: readonly string[];
}

/** Paths listed at most. */
const SHOWN_PATHS = 4;

interface Upload {
  readonly sent: number;
  readonly total: number;
  readonly stop: AbortController;
}

/** A BIDS folder, or loose files; in the browser also files of the reader's own machine, uploaded. */
export function FilesStep({ paths, onChoose, locked, text, extensions }: FilesStepProps) {
  const { t, i18n } = useTranslation();
  const picker = usePathPicker(onChoose);
  const [upload, setUpload] = useState<Upload | null>(null);
  const [error, setError] = useState<unknown>(null);

  const send = async (files: File[]) => {
    if (files.length === 0) return;
    const stop = new AbortController();
    setError(null);
    setUpload({ sent: 0, total: 0, stop });
    try {
      const items = files.map((file) => ({ name: file.webkitRelativePath || file.name, file }));
      onChoose(await uploadFiles(items, (sent, total) => setUpload({ sent, total, stop }), stop.signal));
    } catch (thrown) {
      if (!stop.signal.aborted) setError(thrown);
    }
    setUpload(null);
  };

  return (
    <>
      <div>{text}</div>
      <div className={classes.row}>
        <Button
          disabled={locked}
          variant={paths.length === 0 ? 'filled' : 'default'}
          onClick={() => picker.open({ kind: 'open-folder', title: t('data:import.files.folder') })}
          data-testid="choose-folder"
        >
          {t('data:import.files.folder')}
        </Button>
        <Button
          disabled={locked}
          variant="default"
          onClick={() =>
            picker.open({
              kind: 'open-files',
              title: t('data:import.files.files'),
              multiple: true,
              extensions: [...extensions],
            })
          }
          data-testid="choose-files"
        >
          {t('data:import.files.files')}
        </Button>
        {nativeDialogs() === null && (
          <FileButton onChange={(files) => void send(files)} multiple disabled={locked || upload !== null}>
            {(props) => (
              <Button {...props} variant="default">
                {t('data:import.files.upload')}
              </Button>
            )}
          </FileButton>
        )}
      </div>
      {upload !== null && (
        <div className={classes.row}>
          <Progress
            w={200}
            value={upload.total === 0 ? 0 : (100 * upload.sent) / upload.total}
            aria-label={t('data:import.files.uploading')}
          />
          <span>
            {formatBytes(upload.sent, i18n.language)} / {formatBytes(upload.total, i18n.language)}
          </span>
          <Button variant="subtle" size="compact-xs" onClick={() => upload.stop.abort()}>
            {t('common:cancel')}
          </Button>
        </div>
      )}
      {error !== null && <ErrorLine error={error} />}
      {paths.slice(0, SHOWN_PATHS).map((path) => (
        <code key={path} style={{ overflowWrap: 'anywhere' }} data-testid="chosen-path">
          {path}
        </code>
      ))}
      {paths.length > SHOWN_PATHS && (
        <div>{t('data:import.files.more', { count: paths.length - SHOWN_PATHS })}</div>
      )}
      {picker.dialog}
    </>
  );
}
