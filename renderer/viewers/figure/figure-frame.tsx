import { ActionIcon, Group, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy, IconFileTypeCsv, IconFileTypeSvg, IconPng } from '@tabler/icons-react';
import { memo, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { canvasPng, copyPicture, exportScale, fileStem, saveFile } from './export.ts';
import styles from './figure-frame.module.css';

/** What a figure can give; an absent one has no button. */
export interface FigureExports {
  /** Draws the whole figure, `scale` canvas pixels per CSS pixel, and says the scale it managed. */
  readonly png: (scale: number) => { canvas: HTMLCanvasElement; scale: number };
  readonly svg?: (() => string) | undefined;
  readonly csv: () => string;
}

export interface FigureFrameProps {
  readonly title: string;
  readonly exports: FigureExports;
  /** Stands beside the title: switches that belong to the figure. */
  readonly tools?: ReactNode;
  /** One line below: "Simulated data", n, source. */
  readonly caption?: string | undefined;
  readonly children: ReactNode;
}

/** The frame every figure wears: title, tools, copy, PNG at 300 dpi, SVG for charts, CSV, caption. */
export function FigureFrame({ title, exports, tools, caption, children }: FigureFrameProps) {
  // The buttons read the latest title and exports when pressed, and are not drawn anew with every change of layer.
  const latest = useRef({ title, exports });
  useEffect(() => {
    latest.current = { title, exports };
  });
  return (
    <figure className={styles.frame}>
      <div className={styles.head}>
        <h3 className={styles.title}>{title}</h3>
        <div className={styles.tools}>{tools}</div>
        <ExportButtons latest={latest} withSvg={exports.svg !== undefined} />
      </div>
      <div className={styles.body}>{children}</div>
      {caption && <figcaption className={styles.caption}>{caption}</figcaption>}
    </figure>
  );
}

interface ExportButtonsProps {
  readonly latest: { readonly current: { readonly title: string; readonly exports: FigureExports } };
  readonly withSvg: boolean;
}

const ExportButtons = memo(function ExportButtons({ latest, withSvg }: ExportButtonsProps) {
  const { t } = useTranslation('viewers');
  const [said, setSaid] = useState<'copied' | 'failed' | null>(null);
  const attempt = (work: () => Promise<void> | void, done: 'copied' | null) => {
    const say = (what: 'copied' | 'failed' | null) => {
      setSaid(what);
      if (what) setTimeout(() => setSaid(null), 2500);
    };
    new Promise<void>((resolve) => resolve(work())).then(
      () => say(done),
      () => say('failed'),
    );
  };
  const png = async () => {
    const picture = latest.current.exports.png(exportScale);
    return canvasPng(picture.canvas, picture.scale);
  };
  const save = (ending: string, content: Parameters<typeof saveFile>[1], type: string) =>
    saveFile(`${fileStem(latest.current.title)}.${ending}`, content, type);
  return (
    <>
      <span role="status" className={styles.said}>
        {said ? t(`export.${said}`) : ''}
      </span>
      <Group gap={2} wrap="nowrap">
        <FrameButton
          label={t('export.copy')}
          onClick={() => attempt(async () => copyPicture(await png()), 'copied')}
        >
          {said === 'copied' ? <IconCheck size={15} /> : <IconCopy size={15} />}
        </FrameButton>
        <FrameButton
          label={t('export.png')}
          onClick={() => attempt(async () => save('png', await png(), 'image/png'), null)}
        >
          <IconPng size={17} />
        </FrameButton>
        {withSvg && (
          <FrameButton
            label={t('export.svg')}
            onClick={() =>
              attempt(() => save('svg', latest.current.exports.svg?.() ?? '', 'image/svg+xml'), null)
            }
          >
            <IconFileTypeSvg size={16} />
          </FrameButton>
        )}
        <FrameButton
          label={t('export.csv')}
          onClick={() => attempt(() => save('csv', latest.current.exports.csv(), 'text/csv'), null)}
        >
          <IconFileTypeCsv size={16} />
        </FrameButton>
      </Group>
    </>
  );
});

function FrameButton({
  label,
  onClick,
  children,
}: {
  label: string;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <Tooltip label={label} openDelay={400}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
