import { ActionIcon, Menu } from '@mantine/core';
import { Columns3 } from 'lucide-react';
import { changeSettings, useSettings } from '../../settings/settings';
import { columns, usualColumns } from './columns';

/** Which columns the list has. Name and state stay: a row without them is no row. */
export function ColumnMenu() {
  const chosen = useSettings().columns ?? usualColumns;
  const toggle = (id: string) => {
    const next = chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id];
    changeSettings({
      columns: next.length === usualColumns.length && usualColumns.every((one) => next.includes(one)) ? null : next,
    });
  };
  return (
    <Menu withinPortal closeOnItemClick={false} position="bottom-end">
      <Menu.Target>
        <ActionIcon size={24} aria-label="Columns" title="Columns">
          <Columns3 size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.map(({ id, label }) => (
          <Menu.CheckboxItem key={id} checked={chosen.includes(id)} onChange={() => toggle(id)}>
            {label}
          </Menu.CheckboxItem>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => changeSettings({ columns: null })}>As usual</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
