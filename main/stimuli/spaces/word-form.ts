/** The bare form a dictionary would list: lower case, without punctuation around it. */
export function bareForm(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('’', "'")
    .replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
}

/**
 * Forms to look up in turn: the word, without a possessive, and the parts of a compound written with hyphens.
 */
export function lookUp<T>(text: string, find: (form: string) => T | undefined): T | undefined {
  const form = bareForm(text);
  const found = find(form) ?? find(form.replace(/'s?$/, ''));
  if (found !== undefined || !form.includes('-')) return found;
  return form
    .split('-')
    .map(find)
    .find((part) => part !== undefined);
}

/** True where a word, or a mark of its own, ends a sentence by its punctuation, Latin or Chinese. */
export function endsSentence(text: string): boolean {
  return /[.!?…。！？]["'”’」』）)\]]*$/.test(text);
}
