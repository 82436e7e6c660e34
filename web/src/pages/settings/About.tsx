import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLive } from '../../app/live';
import { healthQuery, meQuery } from '../../api/queries';
import { useSettings } from '../../settings/settings';
import { copyText } from '../../shared/copy';
import { Time } from '../../shared/Time';

export function About() {
  const me = useQuery(meQuery());
  const health = useQuery(healthQuery());
  const live = useLive();
  const settings = useSettings();
  if (!me.data) return null;
  const { user, version, jobs_dir, read_only, max_jobs, started_at } = me.data;
  const bundle = {
    server: me.data,
    health: health.data ?? null,
    live,
    settings,
    browser: navigator.userAgent,
    at: new Date().toISOString(),
  };

  return (
    <>
      <dl className="facts about">
        <dt>Signed in as</dt>
        <dd>{user}</dd>
        <dt>Version</dt>
        <dd className="mono">{version}</dd>
        <dt>Jobs directory</dt>
        <dd className="mono">{jobs_dir}</dd>
        <dt>Server started</dt>
        <dd>
          <Time at={started_at} absolute />
        </dd>
        <dt>Access</dt>
        <dd>{read_only ? 'read-only' : 'read and write'}</dd>
        <dt>At once</dt>
        <dd>
          {health.data
            ? `${health.data.jobs.driven} of ${max_jobs} jobs driven, ${health.data.jobs.waiting_for_slot} waiting for a slot`
            : `${max_jobs} jobs`}
        </dd>
      </dl>
      <Button variant="default" mt="sm" onClick={() => void copyText(JSON.stringify(bundle, null, 2), 'Diagnostics')}>
        Copy diagnostics
      </Button>
    </>
  );
}
