import { useQuery } from '@tanstack/react-query';
import { FileDiff } from 'lucide-react';
import { Link } from 'wouter';
import { jobQuery } from '../../api/queries';
import type { Phase } from '../../api/types';
import { diffQuery } from '../../diff/diffApi';
import { plural } from '../../format/text';

const mostFiles = 12;

/** What the gate lets through: the change of the step before it against the job's base, file by file. */
export function Changes({ job, gate }: { job: string; gate: string }) {
  const document = useQuery(jobQuery(job));
  const source = inputOf(document.data?.phases ?? [], gate);
  const attempt = source ? `${source.task_id}.${source.attempts}` : '';
  const diff = useQuery({ ...diffQuery(attempt, 'base'), enabled: source !== undefined });
  if (!source || !diff.data) return null;
  const { files, additions, deletions } = diff.data;
  const more = files.length - mostFiles;

  return (
    <section className="changes" aria-label="Changes">
      <header>
        <FileDiff size={14} aria-hidden />
        <b>{plural(files.length, 'file')}</b>
        <span className="tone-ok">+{additions}</span>
        <span className="tone-fail">−{deletions}</span>
        <Link href={`/jobs/${encodeURIComponent(job)}?step=${encodeURIComponent(source.name)}&tab=diff&against=base`}>
          Open the diff
        </Link>
      </header>
      <ul>
        {files.slice(0, mostFiles).map((file) => (
          <li key={file.path}>
            <span className="mono">{file.path}</span>
            <span className="tone-ok">+{file.additions}</span>
            <span className="tone-fail">−{file.deletions}</span>
          </li>
        ))}
        {more > 0 && <li className="dim">and {more} more</li>}
      </ul>
    </section>
  );
}

/** The step whose result the gate waits to let through: the nearest one before it that has an attempt of its own. */
function inputOf(phases: Phase[], gate: string): Phase | undefined {
  const byName = new Map(phases.map((phase) => [phase.name, phase]));
  const queue = [...(byName.get(gate)?.needs ?? [])];
  for (const name of queue) {
    const phase = byName.get(name);
    if (phase && phase.attempts > 0) return phase;
    queue.push(...(phase?.needs ?? []).filter((need) => !queue.includes(need)));
  }
  return undefined;
}
