import { resolvePaths } from '../main/core/paths.ts';
import { folderResources } from '../main/core/resource-store.ts';

/** The bundled models and data, as built before the tests began. */
export const bundled = folderResources(resolvePaths(import.meta.dirname).resources);

/** First words of the first bundled narrative, one every 0.4 s. */
export async function narrativeWords(count: number) {
  const text = new TextDecoder().decode(await bundled.read('text/narratives.json'));
  const words: string[] = JSON.parse(text).passages[0].text.split(' ').slice(0, count);
  return words.map((word, index) => ({ text: word, onset: index * 0.4, duration: 0.35 }));
}
