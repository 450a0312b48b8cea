import { ActionIcon, Button, Modal, TextInput, Tooltip } from '@mantine/core';
import { IconArrowUp, IconFile, IconFolder } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileEntry } from '../../main/contract/files.ts';
import { trpc } from '../api/client.ts';
import { nativeDialogs } from '../api/native.ts';
import { formatBytes, formatDateTime } from './format.ts';
import classes from './path-picker.module.css';
import { ErrorLine, LoadingState } from './states.tsx';

export interface PickRequest {
  readonly kind: 'open-files' | 'open-folder' | 'save-file';
  readonly title: string;
  readonly multiple?: boolean;
  readonly suggestedName?: string;
  /** Endings without the dot; others are shown but cannot be chosen. Left out: every file. */
  readonly extensions?: readonly string[];
}

/**
 * Asks for paths: by the desktop's dialog where there is one, by the server-side browser otherwise. `dialog` has to
 * be put into the page.
 */
export function usePathPicker(onPick: (paths: string[]) => void): {
  open: (request: PickRequest) => void;
  dialog: ReactNode;
} {
  const [request, setRequest] = useState<PickRequest | null>(null);
  const open = (next: PickRequest) => {
    const native = nativeDialogs();
    if (native === null) {
      setRequest(next);
      return;
    }
    const filters = next.extensions ? [{ name: next.title, extensions: [...next.extensions] }] : [];
    void native
      .ask(
        next.kind === 'open-folder'
          ? { kind: 'open-folder', title: next.title }
          : next.kind === 'save-file'
            ? { kind: 'save-file', title: next.title, suggestedName: next.suggestedName ?? '', filters }
            : { kind: 'open-files', title: next.title, multiple: next.multiple ?? false, filters },
      )
      .then((paths) => paths.length > 0 && onPick(paths));
  };
  const dialog = request !== null && (
    <ServerBrowser
      request={request}
      onClose={() => setRequest(null)}
      onPick={(paths) => {
        setRequest(null);
        onPick(paths);
      }}
    />
  );
  return { open, dialog };
}

interface ServerBrowserProps {
  readonly request: PickRequest;
  readonly onPick: (paths: string[]) => void;
  readonly onClose: () => void;
}

function ServerBrowser({ request, onPick, onClose }: ServerBrowserProps) {
  const { t } = useTranslation();
  const [folder, setFolder] = useState<string | null>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [name, setName] = useState(request.suggestedName ?? '');
  const listing = useQuery(trpc.files.list.queryOptions({ path: folder }));
  const at = listing.data?.path ?? folder ?? '';

  const go = (path: string) => {
    setFolder(path);
    setTyped(null);
    setChosen([]);
  };
  const selectable = (entry: FileEntry) =>
    entry.kind === 'folder' ||
    (request.kind === 'open-files' &&
      (request.extensions?.some((ending) => entry.name.toLowerCase().endsWith(`.${ending}`)) ?? true));
  const onEntry = (entry: FileEntry) => {
    if (entry.kind === 'folder') go(entry.path);
    else if (request.multiple !== true) setChosen([entry.path]);
    else
      setChosen(
        chosen.includes(entry.path) ? chosen.filter((path) => path !== entry.path) : [...chosen, entry.path],
      );
  };
  // Before the first listing nobody knows which folder it would be in.
  const place = at.replace(/[\\/]$/, '');
  const named = name.trim() !== '' && at !== '';
  const result =
    request.kind === 'open-folder'
      ? at === ''
        ? []
        : [at]
      : request.kind === 'save-file'
        ? named
          ? [`${place}/${withEnding(name.trim(), request.extensions?.[0])}`]
          : []
        : chosen;

  return (
    <Modal
      opened
      onClose={onClose}
      title={request.title}
      size="xl"
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      <form
        className={classes.bar}
        onSubmit={(event) => {
          event.preventDefault();
          if (typed !== null) go(typed);
        }}
      >
        <Tooltip label={t('common:picker.up')}>
          <ActionIcon
            aria-label={t('common:picker.up')}
            disabled={listing.data === undefined || listing.data.parent === null}
            onClick={() => listing.data?.parent && go(listing.data.parent)}
          >
            <IconArrowUp size={16} />
          </ActionIcon>
        </Tooltip>
        <TextInput
          className={classes.path ?? ''}
          aria-label={t('common:picker.folder')}
          value={typed ?? at}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-testid="picker-path"
        />
        <Button type="submit" variant="default">
          {t('common:picker.go')}
        </Button>
      </form>
      {listing.error !== null ? (
        <ErrorLine error={listing.error} onRetry={() => setFolder(null)} />
      ) : listing.data === undefined ? (
        <LoadingState />
      ) : (
        <Entries entries={listing.data.entries} chosen={chosen} selectable={selectable} onEntry={onEntry} />
      )}
      <div className={classes.foot}>
        {request.kind === 'save-file' && (
          <TextInput
            className={classes.path ?? ''}
            label={t('common:picker.name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-testid="picker-name"
          />
        )}
        <div style={{ marginLeft: 'auto', display: 'flex', gap: 8 }}>
          <Button variant="default" onClick={onClose}>
            {t('common:cancel')}
          </Button>
          <Button
            disabled={result.length === 0}
            onClick={() => onPick([...result])}
            data-testid="picker-choose"
          >
            {t(`common:picker.choose.${request.kind}`, { count: result.length })}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

interface EntriesProps {
  readonly entries: readonly FileEntry[];
  readonly chosen: readonly string[];
  readonly selectable: (entry: FileEntry) => boolean;
  readonly onEntry: (entry: FileEntry) => void;
}

function Entries({ entries, chosen, selectable, onEntry }: EntriesProps) {
  const { t, i18n } = useTranslation();
  return (
    <div className={classes.list} data-testid="picker-list">
      {entries.length === 0 && <LoadingText text={t('common:picker.empty')} />}
      {entries.map((entry) => (
        <button
          key={entry.path}
          type="button"
          className={classes.entry}
          aria-pressed={chosen.includes(entry.path)}
          disabled={!selectable(entry)}
          onClick={() => onEntry(entry)}
        >
          {entry.kind === 'folder' ? (
            <IconFolder size={15} aria-hidden />
          ) : (
            <IconFile size={15} aria-hidden />
          )}
          <span className={classes.name}>{entry.name}</span>
          <span className={classes.meta}>
            {entry.bytes === null ? '' : formatBytes(entry.bytes, i18n.language)}
          </span>
          <span className={classes.meta}>{formatDateTime(entry.modifiedAt, i18n.language)}</span>
        </button>
      ))}
    </div>
  );
}

function LoadingText({ text }: { text: string }) {
  return <div style={{ padding: 12, color: 'var(--gy-muted)' }}>{text}</div>;
}

function withEnding(name: string, ending: string | undefined): string {
  return ending === undefined || name.toLowerCase().endsWith(`.${ending}`) ? name : `${name}.${ending}`;
}
