import { ActionIcon, Menu, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ChevronDown, CircleHelp, FolderGit2, LogOut, Search, User } from 'lucide-react';
import { meQuery } from '../api/queries';
import { zoneName } from '../format/time';
import { keyHint } from '../keyboard/keymap';
import { Keys } from '../keyboard/HelpDialog';
import { changeSettings, useSettings } from '../settings/settings';
import { LiveDot } from './LiveDot';
import { leave } from './session';

export function TopBar({ onPalette, onHelp }: { onPalette: () => void; onHelp: () => void }) {
  const me = useQuery(meQuery());
  const { zone } = useSettings();
  const project = me.data?.jobs_dir.split('/').slice(-2).join('/') ?? '';
  const shown = zoneName(zone);

  return (
    <header className="topbar">
      <span className="topbar-project" title={me.data ? `Jobs directory ${me.data.jobs_dir}` : undefined}>
        <FolderGit2 size={15} aria-hidden />
        <span className="mono">{project}</span>
        {me.data?.read_only && <span className="topbar-readonly">read-only</span>}
      </span>
      <UnstyledButton className="topbar-search" onClick={onPalette}>
        <Search size={14} aria-hidden />
        <span>Go to a job, a page, an action…</span>
        <Keys keys="mod+k" />
      </UnstyledButton>
      <LiveDot />
      <Menu>
        <Menu.Target>
          <UnstyledButton className="topbar-zone" title={`Times are shown in ${shown} (${keyHint('utc')} switches to UTC)`}>
            {shown}
            <ChevronDown size={13} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => changeSettings({ zone: 'local' })}>Local time · {zoneName('local')}</Menu.Item>
          <Menu.Item onClick={() => changeSettings({ zone: 'UTC' })}>UTC</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ActionIcon aria-label="Keyboard help" title={`Keyboard (${keyHint('help')})`} className="topbar-help" onClick={onHelp}>
        <CircleHelp size={17} />
      </ActionIcon>
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label="Account" title={me.data?.user}>
            <User size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Signed in as {me.data?.user ?? '…'}</Menu.Label>
          <Menu.Item leftSection={<LogOut size={14} />} onClick={() => void leave()}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </header>
  );
}
