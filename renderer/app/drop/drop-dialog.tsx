import { Button, CloseButton, Loader, Modal, Progress } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ImportKindName, Recognised } from '../../../main/contract/recognised.ts';
import { sentenceOf } from '../../api/errors.ts';
import { baseName, formatBytes } from '../../components/format.ts';
import { ErrorLine } from '../../components/states.tsx';
import classes from './drop.module.css';

/** Where a drop has come to. */
export type DropState =
  | { readonly step: 'uploading'; readonly sent: number; readonly total: number; readonly files: number }
  | { readonly step: 'looking' }
  | { readonly step: 'found'; readonly found: Recognised }
  /** One kind is being imported; the others wait. */
  | { readonly step: 'rest'; readonly found: Recognised }
  | { readonly step: 'failed'; readonly error: unknown };

export interface DropDialogProps {
  readonly state: DropState;
  readonly onOpen: (kind: ImportKindName, paths: string[]) => void;
  /** Closes, and stops an upload on its way. */
  readonly onClose: () => void;
}

/** How far an upload is, which imports the dropped files belong to, or why to none. */
export function DropDialog({ state, onOpen, onClose }: DropDialogProps) {
  const { t } = useTranslation();
  if (state.step === 'rest') return <Rest kinds={state.found.kinds} onOpen={onOpen} onClose={onClose} />;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(`app:drop.titles.${state.step}`)}
      size="lg"
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': t('common:close') }}
      data-testid="drop-dialog"
    >
      {state.step === 'uploading' && <Uploading {...state} onCancel={onClose} />}
      {state.step === 'looking' && (
        <div className={classes.row}>
          <Loader size="sm" />
          {t('app:drop.looking')}
        </div>
      )}
      {state.step === 'failed' && <ErrorLine error={state.error} />}
      {state.step === 'found' && <Found found={state.found} onOpen={onOpen} />}
    </Modal>
  );
}

function Uploading({
  sent,
  total,
  files,
  onCancel,
}: {
  sent: number;
  total: number;
  files: number;
  onCancel: () => void;
}) {
  const { t, i18n } = useTranslation();
  return (
    <div className={classes.stack}>
      <Progress
        value={total === 0 ? 100 : (100 * sent) / total}
        aria-label={t('data:import.files.uploading')}
      />
      <div className={classes.row}>
        <span>
          {t('app:drop.uploading', {
            count: files,
            sent: formatBytes(sent, i18n.language),
            total: formatBytes(total, i18n.language),
          })}
        </span>
        <Button variant="default" onClick={onCancel} data-testid="drop-cancel">
          {t('common:cancel')}
        </Button>
      </div>
    </div>
  );
}

/** Dropped files of other kinds, which would be forgotten otherwise: at the edge, out of the way of the import. */
function Rest({
  kinds,
  onOpen,
  onClose,
}: {
  kinds: Recognised['kinds'];
  onOpen: DropDialogProps['onOpen'];
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <section className={classes.rest} aria-label={t('app:drop.rest')} data-testid="drop-rest">
      <span>{t('app:drop.rest')}</span>
      {kinds.map(({ kind, paths, files }) => (
        <Button
          key={kind}
          variant="default"
          size="compact-sm"
          onClick={() => onOpen(kind, paths)}
          data-testid={`drop-rest-${kind}`}
        >
          {t(`app:drop.kinds.${kind}`)} ({files})
        </Button>
      ))}
      <CloseButton aria-label={t('common:close')} onClick={onClose} />
    </section>
  );
}

/** Reasons shown at most. */
const SHOWN = 5;

function Found({ found, onOpen }: { found: Recognised; onOpen: DropDialogProps['onOpen'] }) {
  const { t } = useTranslation();
  const { kinds, others } = found;
  return (
    <div className={classes.stack}>
      {kinds.length > 1 && <div>{t('app:drop.several')}</div>}
      {kinds.map(({ kind, paths, files, names }) => (
        <div key={kind} className={classes.kind} data-testid={`drop-kind-${kind}`}>
          <div>
            <strong>{t(`app:drop.kinds.${kind}`)}</strong>
            <div className={classes.names}>
              {t('app:drop.files', { count: files })}: {names.join(', ')}
              {files > names.length && ' …'}
            </div>
          </div>
          <Button onClick={() => onOpen(kind, paths)} data-testid={`drop-open-${kind}`}>
            {t('app:drop.open')}
          </Button>
        </div>
      ))}
      {kinds.length === 0 && others.length === 0 && <div role="alert">{t('app:drop.empty')}</div>}
      {others.slice(0, SHOWN).map(({ path, reason }) => (
        <div key={path} role="alert" className={classes.other} title={path} data-testid="drop-other">
          {sentenceOf({ ...reason, params: { file: baseName(path), ...reason.params } }, t)}
        </div>
      ))}
      {others.length > SHOWN && <div>{t('app:drop.more', { count: others.length - SHOWN })}</div>}
    </div>
  );
}
