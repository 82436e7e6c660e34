import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { needsQuery } from '../api/queries';
import { HelpDialog } from '../keyboard/HelpDialog';
import { onKeyDown, useKey } from '../keyboard/keys';
import { changeSettings, getSettings } from '../settings/settings';
import { setAnnouncer } from '../shared/announce';
import { copyText } from '../shared/copy';
import { useUrl } from '../shared/url';
import { useTabBadge } from './badge';
import { LiveContext, useLiveStream } from './live';
import { PageGuard } from './PageGuard';
import { Palette } from './Palette';
import { places } from './places';
import { Rail } from './Rail';
import { Toasts } from './Toasts';
import { TopBar } from './TopBar';
import './frame.css';

const RerunDialog = lazy(async () => ({ default: (await import('../rerun/RerunDialog')).RerunDialog }));

export function Frame({ children }: { children: ReactNode }) {
  const live = useLiveStream();
  const [path] = useLocation();
  const { params, set } = useUrl();
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const needs = useQuery(needsQuery());
  const job = /^\/jobs\/([^/]+)/.exec(path)?.[1];
  useTabBadge(
    job ? decodeURIComponent(job) : (places.find((place) => path.startsWith(place.path))?.label ?? ''),
    needs.data?.length ?? 0,
  );
  useFrameKeys(
    () => setPalette(true),
    () => setHelp(true),
  );

  const rerun = params.get('dialog') === 'rerun' ? (params.get('job') ?? job ?? null) : null;
  return (
    <LiveContext value={live}>
      <div className="frame">
        <a className="skip" href="#main">
          Skip to content
        </a>
        <Rail />
        <TopBar onPalette={() => setPalette(true)} onHelp={() => setHelp(true)} />
        <main id="main" className="frame-main" tabIndex={-1}>
          <PageGuard place={path}>{children}</PageGuard>
        </main>
      </div>
      {palette && <Palette onClose={() => setPalette(false)} />}
      {help && <HelpDialog onClose={() => setHelp(false)} />}
      {rerun !== null && (
        <Suspense fallback={null}>
          <RerunDialog job={rerun} onClose={() => set({ dialog: null, job: null })} />
        </Suspense>
      )}
      <Toasts />
      <div className="visually-hidden" role="status" aria-live="polite" ref={setAnnouncer} />
    </LiveContext>
  );
}

function useFrameKeys(openPalette: () => void, openHelp: () => void): void {
  const [, navigate] = useLocation();
  useEffect(() => {
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
  useKey('palette', openPalette);
  useKey('help', openHelp);
  useKey('go.jobs', () => navigate('/jobs'));
  useKey('go.needs', () => navigate('/needs'));
  useKey('go.workflows', () => navigate('/workflows'));
  useKey('go.audit', () => navigate('/audit'));
  useKey('go.settings', () => navigate('/settings'));
  useKey('utc', () => changeSettings({ zone: getSettings().zone === 'UTC' ? 'local' : 'UTC' }));
  useKey('copy.link', () => void copyText(location.href, 'Link'));
}
