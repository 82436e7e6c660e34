import { useQuery } from '@tanstack/react-query';
import { Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Attempt, JobDocument, Phase } from '../../../api/types';
import { count, money, shortCommit } from '../../../format/text';
import { duration } from '../../../format/time';
import { plain } from '../../../log/ansi';
import { LineReader } from '../../../log/lines';
import { logOf } from '../../../log/logServer';
import { copyText } from '../../../shared/copy';
import { useNow } from '../../../shared/clock';
import { Status } from '../../../shared/Status';
import { Time } from '../../../shared/Time';
import css from './tabs.module.css';

interface Props {
  doc: JobDocument;
  step: Phase;
  attempt: Attempt;
  onLog: (line: string | null) => void;
}

export function SummaryTab({ step, attempt, onLog }: Props) {
  const now = useNow(1000);
  const start = attempt.started_at;
  const end = attempt.finished_at ? Date.parse(attempt.finished_at) : attempt.status === 'running' ? now : null;
  const tokens = attempt.usage ? (attempt.usage.tokens_in ?? 0) + (attempt.usage.tokens_out ?? 0) : null;
  const differences = Object.entries(attempt.difference).filter(([, value]) => value !== null);
  return (
    <div className={css.summary}>
      {attempt.failure && (
        <section className={css.cause} aria-label="Cause">
          <p>
            <b>{attempt.failure.message}</b>
          </p>
          {attempt.failure.hint && <Command text={attempt.failure.hint} />}
        </section>
      )}
      {step.stale && <p className={css.stale}>Stale: {step.stale_because ?? 'a step before it has a new result'}.</p>}
      <dl className={css.facts}>
        <Fact name="State">
          <Status status={attempt.status} />
        </Fact>
        {attempt.failure && <Fact name="Category">{attempt.failure.category.replaceAll('_', ' ')}</Fact>}
        {attempt.exit_code !== null && <Fact name="Exit code">{attempt.exit_code}</Fact>}
        {start !== null && (
          <Fact name="Ran">
            {end !== null && `${duration(end - Date.parse(start))} · `}
            <Time at={start} absolute />
            {attempt.finished_at && (
              <>
                {' – '}
                <Time at={attempt.finished_at} absolute />
              </>
            )}
          </Fact>
        )}
        <Fact name="Done by">
          {attempt.agent ?? (step.kind === 'command' ? 'command' : '–')}
          {attempt.model && <span className="quiet"> · {attempt.model}</span>}
        </Fact>
        {attempt.requested_by && (
          <Fact name="Asked for by">
            {attempt.requested_by}
            {attempt.reason && <span className="quiet">: {attempt.reason}</span>}
          </Fact>
        )}
        <Fact name="Cost">
          {money(attempt.cost_usd)}
          {tokens !== null && <span className="quiet"> · {count(tokens)} tokens</span>}
        </Fact>
        <Fact name="Commits">
          <Commit of={attempt.input_commit} /> → <Commit of={attempt.output_commit} />
        </Fact>
        {differences.length > 0 && (
          <Fact name="Differs by">
            {differences.map(([key, value]) => (
              <div key={key}>
                {key.replaceAll('_', ' ')}: <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
              </div>
            ))}
          </Fact>
        )}
        {attempt.evidence.length > 0 && (
          <Fact name="Evidence">
            {attempt.evidence.map((path) => (
              <div key={path}>
                <code>{path}</code>
              </div>
            ))}
          </Fact>
        )}
      </dl>
      <LogTail attempt={attempt} onLog={onLog} />
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Commit({ of }: { of: string | null }) {
  if (of === null) return <span className="quiet">none</span>;
  return (
    <button type="button" className={css.commit} title={`Copy ${of}`} onClick={() => void copyText(of, 'Commit')}>
      <code>{shortCommit(of)}</code>
    </button>
  );
}

function Command({ text }: { text: string }) {
  return (
    <button type="button" className={css.command} title="Copy" onClick={() => void copyText(text, 'Command')}>
      <code>{text}</code> <Copy size={12} aria-hidden />
    </button>
  );
}

const tailBytes = 4096;
const tailLines = 12;

/** How the log ends: most failures say there what they are. */
function LogTail({ attempt, onLog }: { attempt: Attempt; onLog: (line: string | null) => void }) {
  const part = attempt.parts[0] ?? 'worker';
  const { data } = useQuery({
    queryKey: ['log-tail', attempt.id, part, attempt.status],
    queryFn: async ({ signal }) => {
      const server = logOf(attempt.id, part, 'text');
      const { size, first_error_line } = await server.index(signal);
      const from = Math.max(0, size - tailBytes);
      const { bytes } = await server.read(from, tailBytes, signal);
      const reader = new LineReader();
      const lines = reader.push(bytes);
      if (reader.rest !== '') lines.push(reader.rest);
      // The first line was cut by the byte it starts at.
      return { lines: lines.slice(from > 0 ? 1 : 0).slice(-tailLines), firstError: first_error_line };
    },
  });
  if (!data || data.lines.length === 0) return null;
  const { firstError } = data;
  return (
    <section className={css.tail} aria-label="End of the log">
      <div className={css.tailHead}>
        <h3>End of the log</h3>
        {firstError !== null && (
          <button type="button" className="linkish" onClick={() => onLog(String(firstError + 1))}>
            First error
          </button>
        )}
        <button type="button" className="linkish" onClick={() => onLog(null)}>
          Open log
        </button>
      </div>
      <pre tabIndex={0}>{data.lines.map(plain).join('\n')}</pre>
    </section>
  );
}
