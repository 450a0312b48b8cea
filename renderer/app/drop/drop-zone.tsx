import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportKindName, Recognised } from '../../../main/contract/recognised.ts';
import { api, trpc } from '../../api/client.ts';
import classes from './drop.module.css';
import { DropDialog, type DropState } from './drop-dialog.tsx';
import { type Dropped, hasFiles, takeDropped, uploadDropped } from './dropped-files.ts';

const pages = {
  fmri: '/data/import',
  meeg: '/data/import-meeg',
  eyetracking: '/data/import-eyetracking',
  pressure: '/data/import-pressure',
  ratings: '/data/import-ratings',
  bids: '/data/import-bids',
} as const;

/** Files and folders dropped anywhere on the window go to the import that their content belongs to. */
export function DropZone() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [over, setOver] = useState(false);
  const [state, setState] = useState<DropState | null>(null);
  const stop = useRef<AbortController | null>(null);

  const open = async (kind: ImportKindName, paths: string[]) => {
    const kinds =
      state?.step === 'found' || state?.step === 'rest'
        ? state.found.kinds.filter((one) => one.kind !== kind)
        : [];
    const rest: DropState | null = kinds.length > 0 ? { step: 'rest', found: { kinds, others: [] } } : null;
    if (kind !== 'model') {
      setState(rest);
      await navigate({ to: pages[kind], search: { paths } });
      return;
    }
    for (const path of paths) await api.models.add.mutate({ path });
    await queries.invalidateQueries({ queryKey: trpc.models.list.queryKey() });
    setState(rest);
    await navigate({ to: '/models', search: {} });
  };
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'AbortError'))
        setState({ step: 'failed', error });
      else setState(null);
    }
  };
  const look = async (paths: string[]) => {
    setState({ step: 'looking' });
    const found: Recognised = await api.data.recognise.query({ paths });
    const [only] = found.kinds;
    if (only !== undefined && found.kinds.length === 1 && found.others.length === 0)
      await open(only.kind, only.paths);
    else setState({ step: 'found', found });
  };
  const take = (dropped: Dropped) =>
    attempt(async () => {
      if (dropped.kind === 'paths') return look(dropped.paths);
      setState({ step: 'looking' });
      const items = await dropped.read();
      if (items.length === 0) return setState({ step: 'found', found: { kinds: [], others: [] } });
      stop.current = new AbortController();
      const paths = await uploadDropped(
        items,
        (sent, total) => setState({ step: 'uploading', sent, total, files: items.length }),
        stop.current.signal,
      );
      await look(paths);
    });
  const taking = useRef(take);
  taking.current = take;

  useEffect(() => {
    // Enter and leave come for every element crossed: only their balance tells whether the pointer is still inside.
    let depth = 0;
    const on = (change: number) => (event: DragEvent) => {
      if (!hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      depth = Math.max(0, depth + change);
      setOver(depth > 0);
    };
    const [enter, leave, move] = [on(1), on(-1), on(0)];
    const drop = (event: DragEvent) => {
      if (!hasFiles(event.dataTransfer) || event.dataTransfer === null) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      void taking.current(takeDropped(event.dataTransfer));
    };
    const listeners = [
      ['dragenter', enter],
      ['dragleave', leave],
      ['dragover', move],
      ['drop', drop],
    ] as const;
    for (const [name, listener] of listeners) window.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of listeners) window.removeEventListener(name, listener);
    };
  }, []);

  return (
    <>
      {over && (
        <div className={classes.over} data-testid="drop-over">
          <div className={classes.frame}>
            <strong>{t('app:drop.title')}</strong>
            <span>{t('app:drop.text')}</span>
          </div>
        </div>
      )}
      {state !== null && (
        <DropDialog
          state={state}
          onOpen={(kind, paths) => void attempt(() => open(kind, paths))}
          onClose={() => {
            stop.current?.abort();
            setState(null);
          }}
        />
      )}
    </>
  );
}
