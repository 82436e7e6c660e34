// What attempts printed: an ordinary log with colours, one that grows, one of a million lines.
import { http, HttpResponse } from 'msw';
import type { FakeWorld } from './handlers';

interface FakeLog {
  size: number;
  lines: number;
  complete: boolean;
  firstError: number | null;
  stderr: { from: number; to: number }[];
  read: (from: number, to: number) => Uint8Array<ArrayBuffer>;
  offset: (line: number) => number;
}

const every = 1000;
const text = new TextEncoder();
const red = (words: string) => `\u001b[31m${words}\u001b[0m`;
const green = (words: string) => `\u001b[32m${words}\u001b[0m`;
const dim = (words: string) => `\u001b[2m${words}\u001b[0m`;

const suites = ['session', 'login', 'cookies', 'refresh', 'logout', 'roles', 'audit', 'export'];

function testLog(failing: boolean): string {
  const lines = [dim('$ dotnet test --no-restore'), 'Restoring packages …', '', 'Test run for Shop.Tests.dll (net10.0)'];
  suites.forEach((suite, s) => {
    lines.push('', `\u001b[1m${suite}\u001b[0m`);
    for (let i = 1; i <= 24; i++) {
      const bad = failing && ((s === 3 && i === 11) || (s === 4 && i === 2));
      lines.push(
        bad
          ? `  ${red('✗')} ${suite} case ${i} ${dim('(312 ms)')}`
          : `  ${green('✓')} ${suite} case ${i} ${dim(`(${(i * 7) % 40} ms)`)}`,
      );
      if (bad) {
        lines.push(red('    error: Expected the session to live 3600 s, but it ended after 300 s'));
        lines.push(dim('      at SessionTests.Refresh_keeps_the_session (tests/SessionTests.cs:118)'));
      }
    }
  });
  lines.push(
    '',
    failing ? red('Failed! 2 failed, 190 passed, 192 total (41 s) · naïve café 日本') : green('Passed! 192 total (38 s)'),
    '',
  );
  return lines.join('\n');
}

function fixed(content: string, complete = true): FakeLog {
  const bytes = text.encode(content);
  const starts = [0];
  bytes.forEach((byte, at) => byte === 10 && starts.push(at + 1));
  const error = content.split('\n').findIndex((line) => line.includes('error:'));
  return {
    size: bytes.length,
    lines: starts.length - 1,
    complete,
    firstError: error < 0 ? null : error,
    stderr: starts.flatMap((from, line) =>
      (content.split('\n')[line] ?? '').includes('error:') ? [{ from, to: starts[line + 1] ?? bytes.length }] : [],
    ),
    read: (from, to) => bytes.slice(from, to),
    offset: (line) => starts[line] ?? bytes.length,
  };
}

const longLine = 72;
const longLines = 1_000_000;

/** Every line has the same length, so that any part can be made without the rest. */
function long(): FakeLog {
  const lineOf = (n: number) =>
    `${String(n).padStart(7, '0')} checked src/module-${n % 977}/file-${n % 31}.cs`.padEnd(longLine - 1) + '\n';
  return {
    size: longLine * longLines,
    lines: longLines,
    complete: true,
    firstError: null,
    stderr: [],
    read: (from, to) => {
      const first = Math.floor(from / longLine);
      const last = Math.min(Math.ceil(to / longLine), longLines);
      const lines = Array.from({ length: Math.max(0, last - first) }, (_, i) => lineOf(first + i)).join('');
      return text.encode(lines).slice(from - first * longLine, to - first * longLine);
    },
    offset: (line) => line * longLine,
  };
}

function logOf(attempt: string, part: string, world: FakeWorld): FakeLog {
  const [job = '', run = '', step = '', number = ''] = attempt.split('.');
  const phase = world.doc(job)?.phases.find((one) => one.task_id === `${job}.${run}.${step}`);
  if (part === 'review')
    return fixed('Reading the change …\nThe refresh keeps the session now.\nOne remark about the name of the constant.\n');
  if (part.startsWith('check-')) return fixed(`${dim('$ dotnet build')}\n${green('Build succeeded.')} 0 warnings\n`);
  if (step === 'lint') return long();
  if (step.startsWith('test')) return fixed(testLog(phase?.failure !== null && phase?.failure !== undefined));
  const running = phase?.status === 'RUNNING' && Number(number) === phase.attempts;
  const seconds = running ? Math.floor((Date.now() - world.now.getTime()) / 150) + 180 : 64;
  const lines = Array.from(
    { length: seconds },
    (_, i) => `${green('●')} looks at src/Session/Part${i}.cs, line ${(i * 37) % 400}`,
  );
  return fixed(`${lines.join('\n')}\n`, !running);
}

export function logHandlers(world: FakeWorld) {
  return [
    http.get('*/attempts/:id/log/index', ({ params, request }) => {
      const log = logOf(String(params.id), new URL(request.url).searchParams.get('part') ?? 'worker', world);
      const offsets = Array.from({ length: Math.floor(log.lines / every) + 1 }, (_, i) => log.offset(i * every));
      const { size, lines, complete, firstError } = log;
      return HttpResponse.json({ size, lines, every, offsets, complete, first_error_line: firstError, stderr: log.stderr });
    }),
    http.get('*/attempts/:id/log', ({ params, request }) => {
      const query = new URL(request.url).searchParams;
      const log = logOf(String(params.id), query.get('part') ?? 'worker', world);
      const from = Math.min(Number(query.get('from') ?? 0), log.size);
      const whole = query.get('download') === 'true';
      const to = Math.min(log.size, from + Number(query.get('limit') ?? (whole ? log.size : 262_144)));
      return new HttpResponse(log.read(from, to), {
        headers: {
          'Content-Type': 'text/plain; charset=utf-8',
          ...(whole ? { 'Content-Disposition': `attachment; filename="${String(params.id)}.log"` } : {}),
          'X-Log-Size': String(log.size),
          'X-Log-From': String(from),
          'X-Log-Complete': String(log.complete),
        },
      });
    }),
  ];
}
