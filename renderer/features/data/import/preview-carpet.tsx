import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImportPreview } from '../../../../main/contract/importing.ts';
import { formatNumber } from '../../../components/format.ts';
import classes from './import.module.css';

/** More parts than this are parcels, too many to be named. */
const NAMED = 12;

interface PreviewCarpetProps {
  readonly carpet: NonNullable<ImportPreview['carpet']>;
  readonly places: number;
}

/** Courses of places spread over a surface, one a row, grouped by what they belong to. */
export function PreviewCarpet({ carpet, places }: PreviewCarpetProps) {
  const { t, i18n } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, pixels, parts } = carpet;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || width * height === 0) return;
    const image = context.createImageData(width, height);
    for (const [at, grey] of pixels.entries()) image.data.set([grey, grey, grey, 255], at * 4);
    context.putImageData(image, 0, 0);
  }, [width, height, pixels]);
  const number = (value: number) => formatNumber(value, i18n.language);
  const named = parts.length <= NAMED;
  return (
    <figure className={classes.carpet} data-testid="preview-carpet">
      <div className={classes.carpetRows}>
        <canvas
          ref={canvas}
          width={Math.max(1, width)}
          height={Math.max(1, height)}
          role="img"
          aria-label={t('data:import.preview.carpet')}
        />
        <div className={classes.carpetParts}>
          {named ? (
            parts.map(({ name, rows }) => {
              const text = t(`surfaces:regions.${name}`, { defaultValue: name });
              return (
                <span key={name} style={{ flexGrow: rows }} title={text}>
                  {text}
                </span>
              );
            })
          ) : (
            <span style={{ flexGrow: 1 }}>{t('data:import.preview.parcels', { count: places })}</span>
          )}
        </div>
      </div>
      <figcaption>
        {t('data:import.preview.carpetNote', {
          rows: number(height),
          places: number(places),
          volumes: number(width),
        })}
      </figcaption>
    </figure>
  );
}
