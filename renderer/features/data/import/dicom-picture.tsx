import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { DicomPicture as Picture } from '../../../../main/contract/dicom.ts';
import { trpc } from '../../../api/client.ts';
import { errorInfoOf, sentenceOf } from '../../../api/errors.ts';
import classes from './import.module.css';

/** A frame of a DICOM series with its name. */
export function DicomPicture({ path, caption }: { path: string; caption: string }) {
  const { t } = useTranslation();
  const picture = useQuery({ ...trpc.data.dicomPicture.queryOptions({ path }), retry: false });
  return (
    <figure className={classes.slice} data-testid="dicom-picture">
      {picture.data?.pixels.some((grey) => grey > 0) ? (
        <Frame picture={picture.data} label={caption} />
      ) : (
        <div style={{ width: 120, minHeight: 60 }}>
          {picture.error !== null
            ? sentenceOf(errorInfoOf(picture.error), t)
            : t(picture.data === undefined ? 'common:loading' : 'data:import.dicom.noPicture')}
        </div>
      )}
      <figcaption style={{ maxWidth: 130, overflowWrap: 'anywhere' }}>{caption}</figcaption>
    </figure>
  );
}

function Frame({ picture, label }: { picture: Picture; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, pixels } = picture;
  useEffect(() => {
    const image = new ImageData(width, height);
    pixels.forEach((grey, at) => void image.data.set([grey, grey, grey, 255], at * 4));
    canvas.current?.getContext('2d')?.putImageData(image, 0, 0);
  }, [width, height, pixels]);
  const scale = 120 / Math.max(width, height);
  return (
    <canvas
      ref={canvas}
      width={width}
      height={height}
      role="img"
      aria-label={label}
      style={{ width: width * scale, height: height * scale }}
    />
  );
}
