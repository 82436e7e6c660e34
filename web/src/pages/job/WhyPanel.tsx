import { Button } from '@mantine/core';
import { useState } from 'react';
import type { JobDocument } from '../../api/types';
import { duration } from '../../format/time';
import { useNow } from '../../shared/clock';
import { copyText } from '../../shared/copy';
import { Time } from '../../shared/Time';
import { mainOf, type Verb } from './actions';
import { explain, type Line } from './explain';
import css from './why.module.css';

const shownLines = 3;
const namedSteps = 4;

interface Props {
  doc: JobDocument;
  onDo: (verb: Verb) => void;
  onLog: (step: string) => void;
  onOpen: (step: string) => void;
  onRestep: (step: string) => void;
}

/** One glance answers why the job does not go on, and the button beside it does something about it. */
export function WhyPanel({ doc, onDo, onLog, onOpen, onRestep }: Props) {
  const [all, setAll] = useState(false);
  const why = explain(doc);
  if (!why) return null;
  const main = mainOf(doc, 0);
  const lines = all ? why.lines : why.lines.slice(0, shownLines);
  return (
    <section className={css.why} data-tone={why.tone} aria-label={why.title}>
      <div className={css.whyHead}>
        <h2>{why.title}</h2>
        <p>{why.text}</p>
        <span className="space" />
        {why.remedy !== null && (
          <Button size="compact-xs" variant="default" disabled={main.disabled !== null} onClick={() => onDo(main.verb)}>
            {main.label}
          </Button>
        )}
      </div>
      {lines.length > 0 && (
        <ul>
          {lines.map((line) => (
            <li key={`${line.steps[0] ?? ''} ${line.text}`}>
              {line.steps.slice(0, namedSteps).map((step) => (
                <button key={step} type="button" className={css.stepLink} onClick={() => onOpen(step)}>
                  {step}
                </button>
              ))}
              {line.steps.length > namedSteps && <span>and {line.steps.length - namedSteps} more:</span>}
              <span className={css.whyText}>{line.text}</span>
              <When line={line} />
              {line.failed && (
                <span className={css.whyDo}>
                  <button type="button" className="linkish" onClick={() => onLog(line.steps[0] ?? '')}>
                    Open log
                  </button>
                  <button
                    type="button"
                    className="linkish"
                    disabled={!doc.can.restep.ok}
                    onClick={() => onRestep(line.steps[0] ?? '')}
                  >
                    Restep…
                  </button>
                </span>
              )}
              {!line.failed && line.unblock && (
                <button
                  type="button"
                  className={css.command}
                  title="Copy"
                  onClick={() => void copyText(line.unblock ?? '', 'Command')}
                >
                  <code>{line.unblock}</code>
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {why.lines.length > lines.length && (
        <button type="button" className="linkish" onClick={() => setAll(true)}>
          and {why.lines.length - lines.length} more
        </button>
      )}
    </section>
  );
}

function When({ line }: { line: Line }) {
  const now = useNow(1000);
  if (line.until !== null) return <span className="quiet">in {duration(Math.max(0, Date.parse(line.until) - now))}</span>;
  if (line.since === null) return null;
  return (
    <span className="quiet">
      <Time at={line.since} />
    </span>
  );
}
