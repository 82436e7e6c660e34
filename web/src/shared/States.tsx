// The states a page can be in besides showing its data.
import { Button } from '@mantine/core';
import { CloudOff, RotateCw, type LucideIcon } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { ApiProblem } from '../api/client';
import './states.css';

const patienceMs = 150;

/** Rows to come. They appear only when the answer takes long enough to be noticed. */
export function Skeleton({ rows = 8 }: { rows?: number }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <i key={index} style={{ width: `${92 - ((index * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

/** What went wrong, its code, the way out, and another try. */
export function ErrorState({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const problem = error instanceof ApiProblem ? error : null;
  return (
    <div className="state" role="alert">
      <CloudOff size={22} className="tone-fail" aria-hidden />
      <h2>{problem?.title ?? 'Something went wrong'}</h2>
      <p>
        {error.message} {problem?.code && <code>{problem.code}</code>}
      </p>
      {problem?.fix.map((command) => (
        <p key={command}>
          Try <code>{command}</code>
        </p>
      ))}
      <Button variant="default" leftSection={<RotateCw size={14} />} onClick={onRetry}>
        Retry
      </Button>
    </div>
  );
}

export function Empty({ icon: Icon, title, children }: { icon: LucideIcon; title: string; children?: ReactNode }) {
  return (
    <div className="state">
      <Icon size={22} className="dim" aria-hidden />
      <h2>{title}</h2>
      {children}
    </div>
  );
}
