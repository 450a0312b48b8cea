import { useTranslation } from 'react-i18next';
import type { BidsEntry, BidsSurvey } from '../../../../main/contract/bids.ts';
import { sentenceOf } from '../../../api/errors.ts';
import { formatBytes, formatNumber } from '../../../components/format.ts';
import classes from './bids.module.css';

/** Files by subject and folder; subjects with something missing are unfolded at first. */
export function BidsTree({
  subjects,
  shown,
  onShow,
}: {
  subjects: BidsSurvey['subjects'];
  /** The recording in the preview. */
  shown: string | null;
  onShow: (path: string) => void;
}) {
  const { t, i18n } = useTranslation();
  const number = (value: number) => formatNumber(value, i18n.language);
  return (
    <div data-testid="bids-tree">
      {subjects.map(({ subject, files }) => {
        const missing = files.filter(({ state }) => state !== 'present').length;
        const recordings = files.filter(
          ({ role, state }) => role === 'recording' && state === 'present',
        ).length;
        return (
          <details key={subject ?? ''} open={missing > 0} className={classes.subject}>
            <summary>
              <strong>{subject === null ? t('data:bids.dataset') : `sub-${subject}`}</strong>
              <span className={classes.muted}>
                {t('data:bids.counts', { recordings: number(recordings), files: number(files.length) })}
              </span>
              {missing > 0 && (
                <span className={classes.missing}>
                  {t('data:bids.missing', { count: missing, number: number(missing) })}
                </span>
              )}
            </summary>
            <ul className={classes.files}>
              {files.map((file) => (
                <File key={file.path} file={file} shown={file.path === shown} onShow={onShow} />
              ))}
            </ul>
          </details>
        );
      })}
    </div>
  );
}

function File({ file, shown, onShow }: { file: BidsEntry; shown: boolean; onShow: (path: string) => void }) {
  const { t, i18n } = useTranslation();
  const { path, bytes, role, modality, state, reason } = file;
  return (
    <li className={state === 'present' ? undefined : classes.missing} data-state={state}>
      {role === 'recording' && state === 'present' ? (
        <button
          type="button"
          className={`${classes.path} ${classes.show}`}
          aria-pressed={shown}
          title={t('data:bids.show')}
          onClick={() => onShow(path)}
          data-testid="bids-recording"
        >
          {path}
        </button>
      ) : (
        <span className={classes.path}>{path}</span>
      )}
      <span className={classes.muted}>
        {state === 'present'
          ? modality === null
            ? t(`data:bids.roles.${role}`)
            : t(`data:bids.modalities.${modality}`)
          : t(`data:bids.states.${state}`)}
      </span>
      <span className={classes.bytes}>{state === 'present' ? formatBytes(bytes, i18n.language) : '–'}</span>
      {reason !== null && <span className={classes.reason}>{sentenceOf(reason, t)}</span>}
    </li>
  );
}
