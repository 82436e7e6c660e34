import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { Redirect, Route, Router, Switch } from 'wouter';
import { JobsPage } from '../pages/jobs/JobsPage';
import { Skeleton } from '../shared/States';
import { ThemeRoot } from '../theme/ThemeRoot';
import { Frame } from './Frame';
import { Login } from './Login';
import { newQueries } from './queries';
import { enterByLink, useSession } from './session';

const queries = newQueries();
// The list is what is opened first; it does not wait for what the others are made of.
const JobPage = lazy(async () => ({ default: (await import('../pages/job/JobPage')).JobPage }));
const ComparePage = lazy(async () => ({ default: (await import('../pages/compare/ComparePage')).ComparePage }));
const NeedsPage = lazy(async () => ({ default: (await import('../pages/needs/NeedsPage')).NeedsPage }));
const WorkflowsPage = lazy(async () => ({ default: (await import('../pages/workflows/WorkflowsPage')).WorkflowsPage }));
const AuditPage = lazy(async () => ({ default: (await import('../pages/audit/AuditPage')).AuditPage }));
const SettingsPage = lazy(async () => ({ default: (await import('../pages/settings/SettingsPage')).SettingsPage }));

export function App() {
  return (
    <ThemeRoot>
      <QueryClientProvider client={queries}>
        <Router base="/ui">
          <Entrance />
        </Router>
      </QueryClientProvider>
    </ThemeRoot>
  );
}

function Entrance() {
  const session = useSession();
  useEffect(() => void enterByLink(), []);
  if (session === 'entering') return null;
  if (session === 'out') return <Login />;
  return (
    <Frame>
      <Suspense fallback={<Skeleton />}>
        <Switch>
          <Route path="/jobs" component={JobsPage} />
          <Route path="/jobs/:job">{({ job }) => <JobPage job={decodeURIComponent(job)} />}</Route>
          <Route path="/compare" component={ComparePage} />
          <Route path="/needs" component={NeedsPage} />
          <Route path="/workflows" component={WorkflowsPage} />
          <Route path="/audit" component={AuditPage} />
          <Route path="/settings" component={SettingsPage} />
          <Route>
            <Redirect to="/jobs" replace />
          </Route>
        </Switch>
      </Suspense>
    </Frame>
  );
}
