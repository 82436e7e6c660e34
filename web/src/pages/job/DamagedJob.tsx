import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { Link } from 'wouter';
import type { ApiProblem } from '../../api/client';
import { rowQuery } from '../../api/queries';
import { cli } from '../../format/text';
import { copyText } from '../../shared/copy';
import { Status } from '../../shared/Status';
import { Time } from '../../shared/Time';
import css from './job.module.css';
import why from './why.module.css';

interface Props {
  job: string;
  problem: ApiProblem;
  onRetry: () => void;
}

/** A job that cannot be read: what is wrong, since when, and what mends it. Nothing else can be done with it from here. */
export function DamagedJob({ job, problem, onRetry }: Props) {
  const { data: row } = useQuery(rowQuery(job));
  return (
    <div className={css.page}>
      <header className={css.header}>
        <div className={css.titleRow}>
          <nav aria-label="Breadcrumb">
            <Link href="/jobs" className={css.crumb}>
              Jobs
            </Link>
            <span className={css.crumb} aria-hidden>
              /
            </span>
          </nav>
          <h1>{job}</h1>
          <Status status="DAMAGED" solid />
          <span className="space" />
          <Button variant="default" leftSection={<RotateCw size={14} />} onClick={onRetry}>
            Look again
          </Button>
        </div>
      </header>
      <section className={why.why} data-tone="fail" aria-label="What is damaged">
        <div className={why.whyHead}>
          <h2>It cannot be read</h2>
          <p>
            {problem.message} <code>{problem.code}</code>
          </p>
        </div>
        {row?.updated_at && (
          <p className="quiet">
            Its files were last written <Time at={row.updated_at} absolute />.
          </p>
        )}
      </section>
      <section className={why.mend} aria-label="What mends it">
        <h2>What mends it</h2>
        <p>
          Logist changes nothing of a damaged job by itself. Run this in a terminal on its machine: it says what it finds and
          keeps a copy of whatever it replaces.
        </p>
        {(problem.fix.length > 0 ? problem.fix : [cli(['job', 'recover', job])]).map((command) => (
          <div key={command} className="command">
            <code>{command}</code>
            {command.endsWith(' --accept') && <span className="dim">gives up the damaged part and everything after it</span>}
            <Button size="compact-xs" variant="subtle" onClick={() => void copyText(command, 'Command')}>
              Copy
            </Button>
          </div>
        ))}
        <p className="dim">
          Attempts, logs and commits of the job are still on disk. Other jobs go on. This page shows the job again as soon as it
          can be read.
        </p>
      </section>
    </div>
  );
}
