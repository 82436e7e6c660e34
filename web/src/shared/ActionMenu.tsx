import { ActionIcon, Menu } from '@mantine/core';
import { Ellipsis, Terminal, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { copyText } from './copy';

export interface Action {
  label: string;
  icon: LucideIcon;
  run: () => void;
  /** Why it cannot be done now: shown in the entry itself, not hidden in a tooltip. */
  disabled?: string | null;
  danger?: boolean;
}

/** A menu of actions. Every one ends with the command that does the same in a terminal. */
export function ActionMenu({
  label,
  actions,
  command,
  trigger,
}: {
  label: string;
  actions: Action[];
  command: string;
  trigger?: ReactNode;
}) {
  return (
    <Menu withinPortal>
      <Menu.Target>
        {trigger ?? (
          <ActionIcon aria-label={label} tabIndex={-1} onClick={(event) => event.stopPropagation()}>
            <Ellipsis size={16} />
          </ActionIcon>
        )}
      </Menu.Target>
      <Menu.Dropdown onClick={(event) => event.stopPropagation()}>
        {actions.map(({ label: text, icon: Icon, run, disabled, danger }) => (
          <Menu.Item
            key={text}
            leftSection={<Icon size={14} />}
            disabled={Boolean(disabled)}
            {...(danger ? { color: 'red' } : {})}
            onClick={run}
          >
            {text}
            {disabled && <span className="menu-why">{disabled}</span>}
          </Menu.Item>
        ))}
        {actions.length > 0 && <Menu.Divider />}
        <Menu.Item leftSection={<Terminal size={14} />} onClick={() => void copyText(command, 'Command')}>
          Copy as CLI
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
