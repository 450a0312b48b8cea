import { IconAlertCircle, IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Notice } from '../../main/contract/errors.ts';
import { sentenceOf } from '../api/errors.ts';
import classes from './notice-list.module.css';

const icons = { info: IconInfoCircle, warning: IconAlertTriangle, error: IconAlertCircle };
const gravity = { error: 0, warning: 1, info: 2 };

/** Notices of one kind, gravest kinds first: thirty runs with one doubt are one line to read, not thirty. */
export function groupNotices(notices: readonly Notice[]): (readonly [Notice, ...Notice[]])[] {
  const groups = new Map<string, [Notice, ...Notice[]]>();
  for (const notice of notices) {
    const group = groups.get(notice.code);
    if (group === undefined) groups.set(notice.code, [notice]);
    else if (!group.some((known) => known.message === notice.message)) group.push(notice);
  }
  return [...groups.values()].sort(([a], [b]) => gravity[a.level] - gravity[b.level]);
}

/** Doubts and remarks as plain sentences; more of the same kind unfold. */
export function NoticeList({ notices }: { notices: readonly Notice[] }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.list} data-testid="notices">
      {groupNotices(notices).map(([first, ...others]) => {
        const Icon = icons[first.level];
        return (
          <li key={first.code} className={`${classes.item} ${classes[first.level]}`}>
            <Icon size={14} aria-label={t(`common:level.${first.level}`)} />
            <div>
              {sentenceOf(first, t)}
              {others.length > 0 && (
                <details>
                  <summary>{t('common:moreLikeIt', { count: others.length })}</summary>
                  {others.map((notice) => (
                    <div key={notice.message}>{sentenceOf(notice, t)}</div>
                  ))}
                </details>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
