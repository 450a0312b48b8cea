import type { AppEvent } from '../../contract/events.ts';
import type { EventBus } from '../context.ts';

const heartbeatMilliseconds = 15_000;

/**
 * Events as they happen, one `data: {json}` line each, as server-sent events. Begins with `hello`, so that a page
 * that comes back knows it may have missed some. Ends when the page goes away.
 */
export function eventStreamResponse(events: EventBus, version: string, signal: AbortSignal): Response {
  const encoder = new TextEncoder();
  let stop = () => {};
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      const send = (event: AppEvent) =>
        controller.enqueue(encoder.encode(`data: ${JSON.stringify(event)}\n\n`));
      const unsubscribe = events.subscribe(send);
      const heartbeat = setInterval(() => controller.enqueue(encoder.encode(':\n\n')), heartbeatMilliseconds);
      heartbeat.unref();
      stop = () => {
        clearInterval(heartbeat);
        unsubscribe();
        signal.removeEventListener('abort', end);
      };
      const end = () => {
        stop();
        controller.close();
      };
      signal.addEventListener('abort', end);
      send({ kind: 'hello', version });
    },
    cancel: () => stop(),
  });
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
  });
}
