import { CloseButton } from '@mantine/core';
import { Check, Info, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { dismiss, useToasts, type Toast } from '../shared/toasts';
import './toasts.css';

const shownMs = 6000;
const icons = { ok: Check, fail: X, info: Info };

export function Toasts() {
  return (
    <div className="toasts">
      {useToasts().map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

/** Leaves by itself, but not while it is read, and never when it tells of a failure. */
function ToastCard({ toast }: { toast: Toast }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held || toast.tone === 'fail') return;
    const timer = setTimeout(() => dismiss(toast.id), shownMs);
    return () => clearTimeout(timer);
  }, [held, toast]);
  const Icon = icons[toast.tone];
  return (
    <div
      className={`toast toast-${toast.tone}`}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon size={16} className={toast.tone === 'fail' ? 'tone-fail' : toast.tone === 'ok' ? 'tone-ok' : 'dim'} aria-hidden />
      <div>
        <strong>{toast.text}</strong>
        {toast.detail && <p>{toast.detail}</p>}
        {toast.link && <Link href={toast.link.href}>{toast.link.label}</Link>}
      </div>
      <CloseButton size="sm" aria-label="Dismiss" onClick={() => dismiss(toast.id)} />
    </div>
  );
}
