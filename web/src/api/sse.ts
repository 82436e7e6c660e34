// Reads a text/event-stream by hand: EventSource hides comments, and the server's heartbeat is one.

export interface StreamMessage {
  id: string | null;
  event: string;
  data: string;
}

/** Yields messages, and `beat` for each comment. Ends when the stream ends; throws when it breaks. */
export async function* readStream(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamMessage | 'beat', void> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let rest = '';
  let message: StreamMessage = { id: null, event: 'message', data: '' };
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += value;
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.startsWith(':')) yield 'beat';
        else if (line !== '') take(message, line);
        else {
          if (message.data !== '') yield message;
          message = { id: null, event: 'message', data: '' };
        }
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function take(message: StreamMessage, line: string): void {
  const colon = line.indexOf(':');
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (field === 'id') message.id = value;
  else if (field === 'event') message.event = value;
  else if (field === 'data') message.data += message.data === '' ? value : `\n${value}`;
}
