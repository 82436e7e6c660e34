import { http, HttpResponse } from 'msw';
import type { JobChange } from '../../src/api/types';
import type { FakeWorld } from './handlers';

/** A stream that beats and moves the running job's cost now and then, so that a page that is looked at lives. */
export function streamHandler(world: FakeWorld) {
  return http.get('*/events/stream', ({ request }) => {
    const text = new TextEncoder();
    let timer: ReturnType<typeof setInterval> | undefined;
    let beat = 0;
    const stop = () => clearInterval(timer);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(text.encode(': beat\n\n'));
        timer = setInterval(() => {
          beat += 1;
          controller.enqueue(text.encode(': beat\n\n'));
          const row = world.rows.find((one) => one.status === 'RUNNING');
          if (!row || beat % 2 === 1) return;
          row.cost_usd = Math.round(((row.cost_usd ?? 0) + 0.01) * 100) / 100;
          row.updated_at = new Date().toISOString();
          const { job_id, reason, current_phase, steps_done, steps_total, cost_usd, updated_at, why } = row;
          const summary = { reason, current_phase, steps_done, steps_total, cost_usd, updated_at, why };
          const data: JobChange = { job_id, seq: 100 + beat, status: 'RUNNING', ...summary, events: [] };
          controller.enqueue(text.encode(`id: ${beat}\nevent: job\ndata: ${JSON.stringify(data)}\n\n`));
        }, 2000);
      },
      cancel: stop,
    });
    request.signal.addEventListener('abort', stop);
    return new HttpResponse(body, { headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' } });
  });
}
