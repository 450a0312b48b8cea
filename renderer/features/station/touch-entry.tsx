import { Button, TextInput } from '@mantine/core';
import { IconBackspace } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorLine } from '../../components/states.tsx';
import classes from './station.module.css';

const KEYS = ['1234567890', 'ABCDEFGHIJ', 'KLMNOPQRST', 'UVWXYZ-_'] as const;

interface TouchEntryProps {
  readonly label: string;
  readonly hint: string;
  /** Whole texts that one touch enters. */
  readonly phrases?: readonly string[];
  readonly fits: (text: string) => boolean;
  readonly error: unknown;
  readonly onDone: (text: string) => void;
}

/** A line of text entered without a keyboard: keys on the screen, each as wide as a finger in a glove. */
export function TouchEntry({ label, hint, phrases = [], fits, error, onDone }: TouchEntryProps) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const key = (sign: string) => (
    <Button
      key={sign}
      variant="default"
      className={classes.key}
      onClick={() => setText(text + sign)}
      data-testid={`key-${sign}`}
    >
      {sign === ' ' ? t('station:space') : sign}
    </Button>
  );
  return (
    <form
      className={classes.ask}
      onSubmit={(event) => {
        event.preventDefault();
        if (fits(text)) onDone(text);
      }}
    >
      {phrases.length > 0 && (
        <div className={classes.phrases}>
          {phrases.map((phrase) => (
            <Button key={phrase} variant="default" className={classes.phrase} onClick={() => onDone(phrase)}>
              {phrase}
            </Button>
          ))}
        </div>
      )}
      <TextInput
        size="xl"
        label={label}
        description={hint}
        value={text}
        inputMode="none"
        onChange={(event) => setText(event.currentTarget.value)}
        data-testid="station-ask"
      />
      {(phrases.length > 0 ? [...KEYS, ' '] : KEYS).map((row) => (
        <div key={row} className={classes.keys}>
          {[...row].map(key)}
          {row.startsWith('U') && (
            <Button
              variant="default"
              className={classes.key}
              aria-label={t('station:backspace')}
              onClick={() => setText(text.slice(0, -1))}
            >
              <IconBackspace />
            </Button>
          )}
        </div>
      ))}
      {error !== null && <ErrorLine error={error} />}
      <Button type="submit" className={classes.action} disabled={!fits(text)} data-testid="station-ask-done">
        {t('station:done')}
      </Button>
    </form>
  );
}
